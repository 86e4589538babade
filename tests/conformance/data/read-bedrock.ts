import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { converseEvent } from '../../support/aws-frames.ts';
import type { ConverseEvent } from '../oracle/converse-as-messages.ts';
import { at, isPlain, said, text } from '../oracle/plain.ts';
import type { Exchange } from './exchange.ts';
import { readFrames } from './read-frames.ts';
import { readTar } from './read-tar.ts';

/** One answer of Converse: whole, or the frames of its stream with what they say. */
export type ConverseExchange = {
  readonly id: string;
  readonly reply: string | undefined;
  readonly frames: Buffer;
  readonly events: readonly ConverseEvent[];
};

export type BedrockExchanges = {
  readonly converse: readonly ConverseExchange[];
  /** Claude through `invoke` speaks Messages. */
  readonly invoke: readonly Exchange[];
  /** Frames of `invoke`, and the events in them. */
  readonly chunks: readonly { readonly id: string; readonly frames: Buffer; readonly events: readonly string[] }[];
  /** Each maker's own form of `invoke`, in which no upstream of ours is asked. */
  readonly leftOut: readonly string[];
};

export function readBedrock(wire: string): BedrockExchanges {
  const packed = readFileSync(join(wire, 'exchanges/bedrock.jsonl.gz'));
  const rows: unknown[] = gunzipSync(packed)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const found = { converse: [] as ConverseExchange[], invoke: [] as Exchange[], leftOut: [] as string[] };
  const chunks: BedrockExchanges['chunks'][number][] = [];
  for (const row of rows) {
    const [id, url] = [text(at(row, 'id')), text(at(row, 'url'))];
    const frames = Buffer.from(text(at(row, 'res_b64')), 'base64');
    if (/\/converse(-stream)?$/.test(url)) found.converse.push(converseOf(id, text(at(row, 'res')), frames));
    else if (isOfMessages(text(at(row, 'req')))) {
      const events = readFrames(frames).map(({ payload }) => innerOf(payload));
      if (events.length > 0) chunks.push({ id, frames, events });
      found.invoke.push(invokeOf(row, id, url, events));
    } else found.leftOut.push(`${id} ${/model\/([^/]+)/.exec(url)?.[1] ?? ''}`);
  }
  return { ...found, converse: [...found.converse, ...readFixtures(wire)], chunks };
}

function isOfMessages(request: string): boolean {
  const body: unknown = JSON.parse(request);
  return said(at(body, 'anthropic_version')) && said(at(body, 'messages'));
}

function innerOf(payload: Buffer): string {
  return Buffer.from(text(at(JSON.parse(payload.toString('utf8')), 'bytes')), 'base64').toString('utf8');
}

function converseOf(id: string, reply: string, frames: Buffer): ConverseExchange {
  const events = readFrames(frames).map(({ headers, payload }) => ({
    name: headers.get(':event-type') ?? '',
    event: JSON.parse(payload.toString('utf8')) as unknown,
  }));
  return { id, reply: reply === '' ? undefined : reply, frames, events };
}

/** The body that a caller of Messages would have sent for it. */
function invokeOf(row: unknown, id: string, url: string, events: readonly string[]): Exchange {
  const { anthropic_version: _, ...body } = JSON.parse(text(at(row, 'req')));
  const isStream = events.length > 0;
  const model = decodeURIComponent(/model\/([^/]+)/.exec(url)?.[1] ?? '');
  const stream = events.map((event) => `event: ${text(at(JSON.parse(event), 'type'))}\ndata: ${event}\n\n`).join('');
  return {
    id,
    source: 'exchanges',
    dialect: 'anthropic-messages',
    request: JSON.stringify({ model, ...body, ...(isStream ? { stream: true } : {}) }),
    url,
    status: Number(at(row, 'status')),
    isStream,
    reply: isStream ? stream : text(at(row, 'res')),
  };
}

/** The AI SDK's fixtures have one event a line, under its name. */
function readFixtures(wire: string): ConverseExchange[] {
  return [...readTar(join(wire, 'exchanges/vercel-ai-fixtures.tar.gz'))].flatMap(
    ([name, content]): ConverseExchange[] => {
      const [, file] = /amazon-bedrock\/src\/__fixtures__\/([^/]+)$/.exec(name) ?? [];
      if (file === undefined) return [];
      const id = `amazon-bedrock/${file}`;
      if (file.endsWith('.json')) return [{ id, reply: content, frames: Buffer.alloc(0), events: [] }];
      const events = content
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line): ConverseEvent => {
          const [[called = '', event] = []] = Object.entries(JSON.parse(line));
          return { name: called, event: isPlain(event) ? event : {} };
        });
      const frames = Buffer.concat(events.map(({ name: called, event }) => converseEvent(called, event)));
      return [{ id, reply: undefined, frames, events }];
    },
  );
}
