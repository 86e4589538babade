import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Content } from '#core/generation/content.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import type { GenerationRequest } from '#core/generation/request.ts';
import { freePrice } from '#core/money/price.ts';
import { anthropicMessages } from '#core/protocol/anthropic-messages/anthropic-messages.ts';
import { fieldOf } from '#core/protocol/json-value.ts';
import type { EncodedRequest, EventFacts, ReplyAbout, RequestFacts, UpstreamAsk } from '#core/protocol/protocol.ts';
import { type SseEvent, SseSplitter } from '#core/protocol/sse.ts';
import { repository } from '../../support/run-result.ts';

export const generation = 'gen-01ARZ3NDEKTSV4RRFFQ69G5FAV';
export const address = { model: undefined, stream: undefined };
export const decodeAbout = { generation, toolNames: new Map<string, string>() };

export function fixture(name: string): Buffer {
  return readFileSync(join(repository, 'tests/fixtures/anthropic-messages', name));
}

export function readFacts(body: string): RequestFacts {
  return anthropicMessages.readRequest(Buffer.from(body), address);
}

export function askOf(model: string, outputLimit = 1_000): UpstreamAsk {
  const pseudonym = (user: string) => `pseudonym-of-${user.length}`;
  const upstream = {
    name: 'u',
    provider: 'anthropic',
    seller: 's',
    protocols: ['anthropic-messages' as const],
    baseUrl: 'https://upstream.example/v1',
    enabled: true,
    type: 'first_party' as const,
    region: 'eu',
    data: { retentionDays: 0, trains: false, source: 's', checked: '2026-01-01' },
  };
  const price = { id: 'p', price: freePrice };
  const endpoint = {
    id: 'm@u',
    model: 'm',
    upstreamModel: model,
    upstream,
    price,
    context: 200_000,
    maxOutput: 64_000,
  };
  return { endpoint, model, outputLimit, pseudonym };
}

export const bareRequest: GenerationRequest = {
  model: 'public/model',
  stream: false,
  messages: [{ role: 'user', parts: [{ kind: 'text', text: Content.ofText('hi') }] }],
  tools: [],
  toolChoice: undefined,
  parallelToolCalls: undefined,
  outputFormat: undefined,
  reasoning: undefined,
  sampling: {},
  outputTokensMax: undefined,
  choices: 1,
  stop: [],
  cache: undefined,
  promptCacheKey: undefined,
  user: undefined,
  metadata: undefined,
  serviceTier: undefined,
  verbosity: undefined,
  outputMedia: undefined,
  logprobs: undefined,
  foreign: [],
  dropped: [],
};

export const replyAbout: ReplyAbout = { request: bareRequest, generation, createdAt: 1_800_000_000, wantsUsage: true };

/** What goes up for a request, by default to an older model that takes nearly everything. */
export function encode(
  request: Partial<GenerationRequest>,
  ask = askOf('claude-sonnet-4-0'),
): EncodedRequest & { readonly sent: unknown } {
  const encoded = anthropicMessages.encodeRequest({ ...bareRequest, ...request }, ask);
  return { ...encoded, sent: JSON.parse(encoded.body) };
}

/** What stands at a place of a JSON value; undefined where there is no such place. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, name) => fieldOf(inner, String(name)), value);
}

export function textPart(text: string) {
  return { kind: 'text' as const, text: Content.ofText(text) };
}

/** The events of a stream that comes in these pieces. */
export function splitEvents(pieces: readonly Uint8Array[]): readonly SseEvent[] {
  const splitter = new SseSplitter();
  return pieces.flatMap((piece) => splitter.push(piece).events);
}

export function factsOf(stream: Buffer): readonly EventFacts[] {
  const open = anthropicMessages.openStream({ generation, choices: 1 });
  return splitEvents([stream]).map((event) => open.read(event));
}

export function decodeStream(stream: Buffer): readonly GenerationEvent[] {
  const decoder = anthropicMessages.openDecoder(decodeAbout);
  return splitEvents([stream]).flatMap((event) => decoder.decode(event));
}

/** Neutral events with their content in the open, to be compared. */
export function shown(value: unknown): unknown {
  if (value instanceof Content) return value.revealJson('translate');
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, shown(field)]));
}
