// After thousands of requests the gateway's heap has forgotten what was in them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const requests = 3_000;
const atOnce = 24;
const mark = 'marking-of-content-';

test('no string and no object of the heap holds content of requests that are over', async (t) => {
  const fairlead = await runFairlead(t, {
    env: { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --heapsnapshot-signal=SIGUSR2` },
  });
  const { url, key } = fairlead;
  await fairlead.cli('wallet', 'credit', '--usd', '100');
  let next = 0;
  const work = async () => {
    while (next < requests) {
      const number = next++;
      const content = `${mark}${String(number).padStart(5, '0')} ${'words '.repeat(20)}`;
      const body = { model: 'sandbox/echo', messages: [{ role: 'user', content }], stream: number % 2 === 0 };
      await call({ url, key, body });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  await sleep(2_000);

  // It collects everything that can be collected first.
  process.kill(fairlead.pid, 'SIGUSR2');
  const snapshot = await eventually(async () => wholeSnapshot(fairlead.folder), 60_000);
  const inHeap = marksIn(snapshot);
  t.diagnostic(`in the heap ${inHeap.size} of ${requests} requests`);

  assert.ok(inHeap.size <= atOnce, `${inHeap.size}: ${[...inHeap].slice(0, 5)}`);
});

/** The main thread's heap, which served the requests. */
function wholeSnapshot(folder: string): Buffer {
  const name = readdirSync(folder).find((each) => each.endsWith('.heapsnapshot'));
  const bytes = name === undefined ? Buffer.alloc(0) : readFileSync(join(folder, name));
  if (!bytes.subarray(-200).toString().trimEnd().endsWith('}')) throw new Error('the snapshot is not whole yet');
  return bytes;
}

function marksIn(bytes: Buffer): Set<string> {
  const found = new Set<string>();
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
    const number = bytes.toString('latin1', at + mark.length, at + mark.length + 5);
    if (/^\d{5}$/.test(number)) found.add(number);
  }
  return found;
}
