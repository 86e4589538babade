import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { measureChatDelta } from '#core/protocol/json-delta.ts';
import { scanJsonObject } from '#core/protocol/json-scan.ts';
import { SseSplitter } from '#core/protocol/sse.ts';
import { eventStreams, jsonDocuments } from '../properties/arbitraries.ts';
import { chunkPayloads } from '../properties/chunk-arbitraries.ts';
import { judgeDelta } from '../properties/delta-oracle.ts';
import { judgeScan, wanted } from '../properties/judge-scan.ts';
import { readRecordings, withoutRecordings } from '../properties/recordings.ts';
import { cutAt, judgeSplit } from '../properties/sse-oracle.ts';
import { fuzz, readFuzzArguments } from './fuzz.ts';

// Hostile bytes for what reads callers' bodies and upstreams' streams: each input is judged by a plain oracle, and no
// input may take more than 100 ms per 64 KiB. `node tests/fuzz/scanners.fuzz.ts --seconds 30 --seed 1`

const { seconds, seed } = readFuzzArguments();
const counts = { passed: 0, failed: 0 };

process.stdout.write(`seed ${seed}, ${seconds} s for each scanner\n`);
if (withoutRecordings) process.stdout.write(`${withoutRecordings}\n`);
const recordings = withoutRecordings ? [] : readRecordings();
const recordedStreams = recordings.filter(({ stream }) => stream).map(({ res }) => Buffer.from(res));

test('the body scanner agrees with JSON.parse', () => {
  const bodies = recordings.filter(({ req }) => req).map(({ req }) => Buffer.from(req));
  run('json-scan', {
    corpus: [...fc.sample(jsonDocuments, { seed, numRuns: 1_000 }), ...bodies],
    work: (input) => scanJsonObject(input, wanted),
    judge: judgeScan,
  });
});

test('the event splitter agrees with the specification and keeps every byte', () => {
  const folder = new URL('../fixtures/openai-chat/', import.meta.url);
  const fixtures = readdirSync(folder).map((name) => readFileSync(new URL(name, folder)));
  run('sse', {
    corpus: [...fc.sample(eventStreams, { seed, numRuns: 1_000 }), ...fixtures, ...recordedStreams],
    work: (input) => new SseSplitter().push(input),
    judge: (input, random) => judgeSplit(input, cutAt(input, Array.from({ length: random() * 12 }, random))),
  });
});

test('the measure of a chunk agrees with JSON.parse', () => {
  const events = recordedStreams.flatMap((stream) => new SseSplitter().push(stream).events);
  const payloads = events.flatMap(({ data }, k) => (data !== null && k % 5 === 0 ? [Buffer.from(data)] : []));
  run('json-delta', {
    corpus: [...fc.sample(chunkPayloads, { seed, numRuns: 2_000 }), ...payloads],
    work: measureChatDelta,
    judge: judgeDelta,
  });
});

type Target = Omit<Parameters<typeof fuzz>[0], 'seconds' | 'seed'>;

function run(name: string, target: Target): void {
  try {
    const { inputs, bytes, slowest } = fuzz({ ...target, seconds, seed });
    counts.passed++;
    const slow = `${slowest.ms.toFixed(2)} ms for ${slowest.bytes} B`;
    process.stdout.write(`${name}: ${inputs} inputs, ${(bytes / 1e6).toFixed(0)} MB, slowest ${slow}\n`);
    assert.ok(inputs > 0, 'nothing was tried');
  } catch (problem) {
    counts.failed++;
    throw problem;
  }
}

after(() => {
  // The last line, after what the test runner prints.
  process.once('exit', () => process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`));
});
