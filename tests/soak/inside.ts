// Loaded with --import into each thread of a Fairlead under soak: writes down what only the thread itself knows.
import { appendFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { isMainThread, threadId, threadName } from 'node:worker_threads';

const file = process.env.FAIRLEAD_SOAK_FILE;
if (file !== undefined && (!isMainThread || process.argv.includes('start'))) {
  const thread = isMainThread ? 'gateway' : threadName || `thread ${threadId}`;
  setInterval(() => {
    const { used_heap_size: heap, external_memory: external, total_heap_size: pages } = getHeapStatistics();
    const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    appendFileSync(file, `${JSON.stringify({ atMs: Date.now(), thread, heap, external, pages, timers })}\n`);
  }, 5_000).unref();
}
