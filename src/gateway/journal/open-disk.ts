import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { DiskThreadOptions } from './disk-thread.ts';
import type { DiskJob, DiskReply } from './segment-disk.ts';

export type Disk = {
  post(job: DiskJob): void;
  /** Resolves when all that was posted is done. */
  close(): Promise<void>;
};

/** It only runs a few lines and holds no data. */
const resourceLimits = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16, codeRangeSizeMb: 8, stackSizeMb: 1 };

/** The disk's thread. It dies with the journal's own, and the other way round. */
export function openDisk(workerData: DiskThreadOptions, onReply: (reply: DiskReply) => void): Disk {
  const file = new URL(`./disk-thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(file, { name: 'journal-disk', workerData, resourceLimits });
  worker.on('message', onReply);
  return {
    post: (job) => worker.postMessage(job),
    async close() {
      worker.postMessage(null);
      await once(worker, 'exit');
    },
  };
}
