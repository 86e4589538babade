import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { Content } from '#core/generation/content.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import { freePrice } from '#core/money/price.ts';
import { geminiGenerate } from '#core/protocol/gemini-generate/gemini-generate.ts';
import type { EventFacts, ReplyAbout, RequestFacts, UpstreamAsk } from '#core/protocol/protocol.ts';
import { SseSplitter } from '#core/protocol/sse.ts';

export const generation = 'gen-01ARZ3NDEKTSV4RRFFQ69G5FAV';
export const address = { model: 'public/gemini', stream: true };

export function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../fixtures/gemini-generate/${name}`, import.meta.url));
}

export function factsOf(body: string): RequestFacts {
  return geminiGenerate.readRequest(Buffer.from(body), address);
}

export function decode(body: unknown) {
  return geminiGenerate.decodeRequest(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), address);
}

export function askFor(model: string, outputLimit = 1_000): UpstreamAsk {
  return {
    model,
    outputLimit,
    pseudonym: () => 'nobody',
    endpoint: {
      id: 'public/gemini@google',
      model: 'public/gemini',
      upstreamModel: model,
      upstream: {
        name: 'google',
        provider: 'google',
        seller: 'operator',
        protocols: ['gemini-generate'],
        baseUrl: 'https://google.example/v1beta',
        enabled: true,
        type: 'first_party',
        region: 'unknown',
        data: { retentionDays: 'unknown', trains: 'unknown', source: 'test', checked: '2026-01-01' },
      },
      price: { id: 'free', price: freePrice },
      context: 1_000_000,
      maxOutput: 65_536,
    },
  };
}

/** What goes up of a neutral request: parsed, and what was lost. */
export function encode(request: ReturnType<typeof decode>, model = 'gemini-3-pro-preview') {
  const { body, dropped, toolNames } = geminiGenerate.encodeRequest(request, askFor(model));
  return { body: JSON.parse(body), text: body, dropped, toolNames };
}

export const replyAbout: ReplyAbout = {
  request: decode({ contents: [] }),
  generation,
  createdAt: 0,
  wantsUsage: true,
};

export const decodeAbout = { generation, toolNames: new Map<string, string>() };

export type StreamRead = { readonly facts: readonly EventFacts[]; readonly events: readonly GenerationEvent[] };

/** A stream that comes in these pieces, as a relay and as a translation read it. */
export function readStream(pieces: Iterable<Uint8Array>): StreamRead {
  const splitter = new SseSplitter();
  const stream = geminiGenerate.openStream({ generation, choices: 1 });
  const decoder = geminiGenerate.openDecoder(decodeAbout);
  const facts: EventFacts[] = [];
  const events: GenerationEvent[] = [];
  for (const piece of pieces) {
    for (const event of splitter.push(piece).events) {
      facts.push(stream.read(event));
      events.push(...decoder.decode(event));
    }
  }
  return { facts, events };
}

/** Events with their content laid open, so that they can be compared. */
export function shown(value: unknown): unknown {
  if (value instanceof Content) return value.revealJson('translate') ?? value.revealText('translate');
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [[name, shown(member)]])),
  );
}

export function encodeEvents(events: readonly GenerationEvent[]): string {
  const encoder = geminiGenerate.openEncoder(replyAbout);
  return events.map((event) => encoder.encode(event)).join('') + encoder.end();
}

export function chunksOf(sse: string) {
  return sse
    .split(/\r?\n\r?\n/)
    .filter((event) => event.startsWith('data: '))
    .map((event) => JSON.parse(event.slice(6)));
}

type Said = {
  text: string;
  thought: string;
  calls: (readonly [name: string, args: unknown])[];
  signatures: string[];
  finish: string[];
};

/** What the chunks of one stream say in all, candidate by candidate. */
export function saidIn(chunks: readonly ReturnType<typeof JSON.parse>[]): Record<number, Said> {
  const said: Record<number, Said> = {};
  for (const { candidates = [] } of chunks) {
    for (const { index = 0, content, finishReason } of candidates) {
      said[index] ??= { text: '', thought: '', calls: [], signatures: [], finish: [] };
      const one = said[index];
      for (const part of content?.parts ?? []) {
        if (typeof part.text === 'string') one[part.thought ? 'thought' : 'text'] += part.text;
        if (part.functionCall) one.calls.push([part.functionCall.name, part.functionCall.args ?? {}]);
        if (part.thoughtSignature) one.signatures.push(part.thoughtSignature);
      }
      if (finishReason) one.finish.push(finishReason);
    }
  }
  return said;
}
