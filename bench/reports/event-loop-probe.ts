// Loaded with --import into a Fairlead of the bench: writes down, each second, how late its main thread's event loop was.
import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const file = process.env.FAIRLEAD_BENCH_LOOP;
if (isMainThread && file !== undefined && process.argv.includes('start')) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  setInterval(() => {
    appendFileSync(file, `${delay.percentile(99) / 1e6}\n`);
    delay.reset();
  }, 1_000).unref();
}
