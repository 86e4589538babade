import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { Content } from '#core/generation/content.ts';
import { noUsage } from '#core/generation/usage.ts';
import { openaiResponses } from '#core/protocol/openai-responses/openai-responses.ts';
import type { EventFacts, StreamAbout, UpstreamAsk } from '#core/protocol/protocol.ts';
import { type SseEvent, SseSplitter } from '#core/protocol/sse.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';

export const generation = 'gen-01jd2z8h5k0123456789abcdef';
export const about: StreamAbout = { generation, choices: 1 };
export const address = { model: undefined, stream: undefined };

const folder = new URL('../../fixtures/openai-responses/', import.meta.url);

export function fixture(name: string): Buffer {
  return readFileSync(new URL(name, folder));
}

export function eventsIn(bytes: Uint8Array): readonly SseEvent[] {
  return new SseSplitter().push(bytes).events;
}

export function readAll(events: readonly SseEvent[]): readonly EventFacts[] {
  const stream = openaiResponses.openStream(about);
  return events.map((event) => stream.read(event));
}

/** What a whole stream comes to. */
export function totalOf(facts: readonly EventFacts[]) {
  return {
    hasContent: facts.some(({ hasContent }) => hasContent),
    outputBytes: facts.reduce((sum, { outputBytes }) => sum + outputBytes, 0),
    finish: facts.find(({ finish }) => finish !== undefined)?.finish,
    usage: facts.findLast(({ usage }) => usage !== undefined)?.usage,
    error: facts.find(({ error }) => error !== undefined)?.error,
    terminals: facts.filter(({ isTerminal }) => isTerminal).length,
  };
}

export const someUsage = {
  ...noUsage,
  input: 16,
  cachedInput: 10,
  cacheWrite5m: 4,
  output: 12,
  reasoning: 5,
};

export function askFor(given: Partial<UpstreamAsk> & { readonly provider?: string } = {}): UpstreamAsk {
  const { provider = 'openai', ...rest } = given;
  return {
    // Only its provider is ever looked at.
    endpoint: { upstream: { provider } } as Endpoint,
    model: 'up-model',
    outputLimit: 1000,
    pseudonym: (user) => `pseudonym-of-${user.length}`,
    ...rest,
  };
}

export function bodyOf(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** The data of each event of a written stream. */
export function dataOf(text: string): readonly Written[] {
  return eventsIn(Buffer.from(text)).flatMap(({ data, name }) => {
    // The blank line before a terminal error.
    if (data === null) return [];
    const value: Written = JSON.parse(Buffer.from(data).toString());
    if (name !== value.type) throw new Error(`the event ${value.type} is named ${name}`);
    return [value];
  });
}

export type Written = {
  readonly type: string;
  readonly sequence_number: number;
  readonly output_index?: number;
  readonly content_index?: number;
  readonly summary_index?: number;
  readonly item_id?: string;
  readonly delta?: string;
  readonly text?: string;
  readonly refusal?: string;
  readonly arguments?: string;
  readonly input?: string;
  readonly item?: Item;
  readonly part?: { readonly type: string; readonly text?: string; readonly refusal?: string };
  readonly response?: WrittenResponse;
};

export type Item = {
  readonly id: string;
  readonly type: string;
  readonly status?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly call_id?: string;
  readonly arguments?: string;
  readonly input?: string;
  readonly encrypted_content?: string;
  readonly content?: readonly { readonly text?: string; readonly refusal?: string }[];
  readonly summary?: readonly { readonly text: string }[];
};

export type WrittenResponse = {
  readonly id: string;
  readonly status: string;
  readonly created_at: number;
  readonly output: readonly Item[];
  readonly output_text: string;
  readonly usage?: unknown;
  readonly tools?: readonly unknown[];
  readonly instructions?: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
};

/** Content opened, and what is undefined left out, so that values can be compared. */
export function plain(value: unknown): unknown {
  if (value instanceof Content) return value.revealJson('translate') ?? value.revealText('translate');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, plain(field)]));
}
