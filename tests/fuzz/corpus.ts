import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Protocol } from '#core/protocol/protocol.ts';
import { protocolOf } from '#core/protocol/protocols.ts';
import type { Exchange } from '../conformance/data/exchange.ts';
import { readFeatures } from '../conformance/data/read-features.ts';
import { findWire, readExchanges } from '../conformance/data/read-wire.ts';
import { type Dialect, dialects } from '../conformance/oracle/summary.ts';
import { eventSequences } from '../properties/event-arbitraries.ts';
import { repository } from '../support/run-result.ts';
import { replyAbout } from './neutral.ts';

// What is changed at random: our own fixtures, what our own encoders write, and recorded bytes where they are.

export type Corpus = {
  readonly requests: readonly Buffer[];
  readonly replies: readonly Buffer[];
  readonly streams: readonly Buffer[];
};

const eachMax = 300;
const bytesMax = 48 * 1024;

export const protocols: readonly Protocol[] = dialects.map(protocolOf);

export function readCorpus(protocol: Protocol, seed: number): Corpus {
  const fixtures = readFixtures(protocol.name);
  const wire = findWire();
  const exchanges = wire === undefined ? [] : readExchanges(wire, protocol.name);
  const recorded = (from: (exchange: Exchange) => string | undefined) =>
    thinned(exchanges.flatMap((x) => from(x) ?? []));
  const requests = readFeatures(protocol).flatMap(({ request }) => request ?? []);
  return {
    requests: toBuffers([...fixtures.requests, ...requests, ...recorded(({ request }) => request)]),
    replies: toBuffers([...fixtures.replies, ...recorded(({ isStream, reply }) => (isStream ? undefined : reply))]),
    streams: toBuffers([
      ...fixtures.streams,
      ...writtenStreams(protocol, seed),
      ...recorded(({ isStream, reply }) => (isStream ? reply : undefined)),
    ]),
  };
}

function readFixtures(name: Dialect): Record<'requests' | 'replies' | 'streams', string[]> {
  const folder = join(repository, 'tests/fixtures', name);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const read = (is: (file: string) => boolean) =>
    files.filter(is).map((file) => readFileSync(join(folder, file), 'utf8'));
  const isRequest = (file: string) => /request\.json$/.test(file);
  return {
    requests: read(isRequest),
    replies: read((file) => file.endsWith('.json') && !isRequest(file)),
    streams: read((file) => file.endsWith('.sse')),
  };
}

function writtenStreams(protocol: Protocol, seed: number): readonly string[] {
  return fc.sample(eventSequences(2), { seed, numRuns: 60 }).map((events) => {
    const encoder = protocol.openEncoder(replyAbout);
    return events.map((event) => encoder.encode(event)).join('') + encoder.end();
  });
}

function thinned(texts: readonly string[]): readonly string[] {
  const short = texts.filter(({ length }) => length > 0 && length <= bytesMax);
  const step = Math.max(1, Math.ceil(short.length / eachMax));
  return short.filter((_, index) => index % step === 0);
}

function toBuffers(texts: readonly string[]): readonly Buffer[] {
  return texts.map((text) => Buffer.from(text));
}
