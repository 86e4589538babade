import { Worker } from 'node:worker_threads';

/** Runs the simulator on a thread of its own, for as long as this process lives; gives its port on loopback. */
export function startSimulatorThread(entry: URL): Promise<number> {
  const worker = new Worker(entry, { name: 'simulator' });
  worker.unref();
  return new Promise((resolve, reject) => {
    worker.once('message', ({ port }: { port: number }) => resolve(port));
    worker.once('error', reject);
  });
}
