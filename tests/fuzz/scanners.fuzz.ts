import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventStreamError } from '#core/protocol/event-stream.ts';
import { EventStreamSplitter } from '#core/protocol/event-stream-splitter.ts';
import { measureChatDelta } from '#core/protocol/json-delta.ts';
import { scanJsonObject } from '#core/protocol/json-scan.ts';
import { SseSplitter } from '#core/protocol/sse.ts';
import { eventStreams, jsonDocuments } from '../properties/arbitraries.ts';
import { chunkPayloads } from '../properties/chunk-arbitraries.ts';
import { judgeDelta } from '../properties/delta-oracle.ts';
import { judgeScan, wanted } from '../properties/judge-scan.ts';
import { readRecordings, withoutRecordings } from '../properties/recordings.ts';
import { cutAt, judgeSplit } from '../properties/sse-oracle.ts';
import { judgeForm } from '../protocols/multipart/form-oracle.ts';
import { type FormField, formType, toForm } from '../support/form.ts';
import { changeFrames, frameStreams, judgeFrames } from './frames.ts';
import { runTarget, seed } from './run-target.ts';

// Hostile bytes for what reads callers' bodies and upstreams' streams: each input is judged by a plain oracle, and no
// input may take more than 100 ms per 64 KiB. `node tests/fuzz/scanners.fuzz.ts --seconds 30 --seed 1`

if (withoutRecordings) process.stdout.write(`${withoutRecordings}\n`);
const recordings = withoutRecordings ? [] : readRecordings();
const recordedStreams = recordings.filter(({ stream }) => stream).map(({ res }) => Buffer.from(res));

test('the body scanner agrees with JSON.parse', () => {
  const bodies = recordings.filter(({ req }) => req).map(({ req }) => Buffer.from(req));
  runTarget('json-scan', {
    corpus: [...fc.sample(jsonDocuments, { seed, numRuns: 1_000 }), ...bodies],
    work: (input) => scanJsonObject(input, wanted),
    judge: judgeScan,
  });
});

test('the reader of forms keeps every value, or refuses the form', () => {
  const field = fc.tuple(fc.constantFrom('model', 'file', 'n'), fc.uint8Array({ maxLength: 80 }), fc.boolean());
  const forms = fc.array(field, { maxLength: 6 }).map((all) => toForm(all.map(toField)));
  runTarget('multipart', {
    corpus: fc.sample(forms, { seed, numRuns: 500 }),
    work: (input) => judgeForm(input, formType),
    judge: (input) => judgeForm(input, formType),
  });
});

function toField([name, value, isFile]: readonly [string, Uint8Array, boolean]): FormField {
  return isFile ? [name, value, 'a.bin'] : [name, value];
}

test('the event splitter agrees with the specification and keeps every byte', () => {
  const folder = new URL('../fixtures/openai-chat/', import.meta.url);
  const fixtures = readdirSync(folder)
    .filter((name) => name.endsWith('.sse'))
    .map((name) => readFileSync(new URL(name, folder)));
  runTarget('sse', {
    corpus: [...fc.sample(eventStreams, { seed, numRuns: 1_000 }), ...fixtures, ...recordedStreams],
    work: (input) => new SseSplitter().push(input),
    judge: (input, random) => judgeSplit(input, cutAt(input, Array.from({ length: random() * 12 }, random))),
  });
});

test('the reader of frames agrees with their specification at any split, and keeps nothing it does not need', () => {
  runTarget('event-stream', {
    corpus: fc.sample(frameStreams, { seed, numRuns: 500 }),
    change: changeFrames,
    work: splitFrames,
    judge: judgeFrames,
  });
});

/** As the gateway reads them; what is no frame ends the stream. */
function splitFrames(input: Buffer): void {
  try {
    new EventStreamSplitter().push(input);
  } catch (thrown) {
    if (!(thrown instanceof EventStreamError)) throw thrown;
  }
}

test('the measure of a chunk agrees with JSON.parse', () => {
  const events = recordedStreams.flatMap((stream) => new SseSplitter().push(stream).events);
  const payloads = events.flatMap(({ data }, k) => (data !== null && k % 5 === 0 ? [Buffer.from(data)] : []));
  runTarget('json-delta', {
    corpus: [...fc.sample(chunkPayloads, { seed, numRuns: 2_000 }), ...payloads],
    work: measureChatDelta,
    judge: judgeDelta,
  });
});
