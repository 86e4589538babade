import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { measureChatDelta } from '#core/protocol/json-delta.ts';
import { SseSplitter } from '#core/protocol/sse.ts';
import { judgeDelta } from './delta-oracle.ts';
import { judgeSplit } from './sse-oracle.ts';

type Reading = {
  /** Of each event: output bytes, or what it is instead. */
  readonly events: readonly (number | 'comment' | 'done')[];
  readonly finishes: readonly string[];
  readonly usages: number;
  readonly errors: number;
  readonly restBytes: number;
};

const whole = { finishes: ['stop'], usages: 0, errors: 0, restBytes: 0 };

const readings: Readonly<Record<string, Reading>> = {
  'usage-after-choices.sse': { ...whole, events: [0, 8, 7, 0, 0, 'done'], usages: 1 },
  'usage-on-choice-chunk.sse': { ...whole, events: [15, 0, 'done'], usages: 1 },
  'tool-arguments-split.sse': { ...whole, events: [7, 8, 8, 0, 'done'], finishes: ['tool_calls'] },
  'comments-and-crlf.sse': { ...whole, events: ['comment', 3, 2, 0, 'done'] },
  'reasoning-told-twice.sse': { ...whole, events: [17, 5, 0, 'done'] },
  'error-after-content.sse': { ...whole, events: [6, 0], finishes: [], errors: 1 },
  'error-before-content.sse': { ...whole, events: [0], finishes: [], errors: 1 },
  'cut-inside-event.sse': { ...whole, events: [8], finishes: [], restBytes: 146 },
  'done-without-blank-line.sse': { ...whole, events: [5, 0], restBytes: 13 },
  'several-data-lines.sse': { ...whole, events: [8, 'done'] },
  'words-of-a-chunk-as-text.sse': { ...whole, events: [60, 16, 0, 'done'], finishes: ['length'] },
  'two-choices.sse': { ...whole, events: [13, 0, 0, 'done'], finishes: ['length', 'stop'] },
};

const folder = new URL('../fixtures/openai-chat/', import.meta.url);

for (const [name, reading] of Object.entries(readings)) {
  test(`${name} is read as its name says`, () => {
    assert.deepEqual(read(readFileSync(new URL(name, folder))), reading);
  });
}

test('every fixture gives the same events wherever it is cut', () => {
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.sse'))) {
    assert.ok(name in readings, `nothing says how ${name} is read`);
    const stream = readFileSync(new URL(name, folder));
    for (let at = 0; at <= stream.length; at++) judgeSplit(stream, [stream.subarray(0, at), stream.subarray(at)]);
  }
});

function read(stream: Uint8Array): Reading {
  const splitter = new SseSplitter();
  const events: (number | 'comment' | 'done')[] = [];
  const finishes: string[] = [];
  let usages = 0;
  let errors = 0;
  for (const { data } of splitter.push(stream).events) {
    if (data === null) events.push('comment');
    else if (data.length === 6) events.push('done');
    else {
      judgeDelta(data);
      const delta = measureChatDelta(data);
      events.push(delta.outputBytes);
      if (delta.finish !== null) finishes.push(delta.finish);
      if (delta.hasUsage) usages++;
      if (delta.hasError) errors++;
    }
  }
  return { events, finishes, usages, errors, restBytes: splitter.rest().length };
}
