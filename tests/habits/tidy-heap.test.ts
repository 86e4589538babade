import assert from 'node:assert/strict';
import { once } from 'node:events';
import test from 'node:test';
import { Worker } from 'node:worker_threads';

const observe = new URL('../../src/observe/tidy-heap.ts', import.meta.url);

/** A thread that leaves 32 MB behind, then works for as long as it is told to; it says how much it holds. */
const thread = `
  import { parentPort, workerData } from 'node:worker_threads';
  import { getHeapStatistics } from 'node:v8';
  import { tidyHeapWhenQuiet } from '${observe}';
  let left = Array.from({ length: 500_000 }, (_, index) => ({ index, beside: [index] }));
  left = undefined;
  tidyHeapWhenQuiet(50);
  const until = performance.now() + workerData.worksMs;
  setInterval(() => { for (const end = performance.now() + 15; performance.now() < Math.min(end, until); ); }, 20);
  setInterval(() => parentPort.postMessage({ heap: getHeapStatistics().total_heap_size, works: performance.now() < until }), 25);
`;

async function* heapsOf(worksMs: number) {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(thread)}`), { workerData: { worksMs } });
  try {
    // The thread above says nothing else.
    for (;;) yield (await once(worker, 'message'))[0] as { readonly heap: number; readonly works: boolean };
  } finally {
    await worker.terminate();
  }
}

test('what a start left behind is given back when the thread is quiet, and not while it works', async () => {
  const seen: { readonly heap: number; readonly works: boolean }[] = [];
  for await (const each of heapsOf(1_500)) {
    seen.push(each);
    if (!each.works && each.heap < 16_000_000) break;
    assert.ok(seen.length < 2_000, 'nothing was given back');
  }

  const working = seen.filter(({ works }) => works).map(({ heap }) => heap);
  assert.ok(working.length > 5);
  assert.ok(Math.min(...working) > 32_000_000, `${Math.min(...working)} bytes while it worked`);
});
