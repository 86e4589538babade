import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { type FuzzTarget, fuzz } from '../fuzz/fuzz.ts';

// The fuzz on trial: what hangs, what throws and what is wrong must fail it.

const corpus = [Buffer.from('{"a":1}')];
const target: FuzzTarget = { corpus, work: () => undefined, judge: () => undefined, seconds: 0.05, seed: 7 };

test('work that takes more than 100 ms for 64 KiB fails the fuzz, however small the input', () => {
  // Of the processor's time: what the machine does meanwhile is not the work's.
  const slow = () => {
    const began = process.threadCpuUsage();
    while (process.threadCpuUsage(began).user + process.threadCpuUsage(began).system < 130_000);
  };

  assert.throws(() => fuzz({ ...target, work: slow }), /input 0 of seed 7 fails \(took 1\d\d ms\)/);
});

test('work that throws, and a judge that is not content, fail the fuzz', () => {
  const thrown = () => {
    throw new Error('a hole');
  };

  assert.throws(() => fuzz({ ...target, work: thrown }), /fails \(a hole\)/);
  assert.throws(() => fuzz({ ...target, judge: thrown }), /fails \(a hole\)/);
  assert.ok(fuzz(target).inputs > 0);
});
