import { parentPort, workerData } from 'node:worker_threads';
import { tidyHeapWhenQuiet } from '#observe/tidy-heap.ts';
import { fileIo } from './file-io.ts';
import { type DiskJob, SegmentDisk, type SegmentDiskOptions } from './segment-disk.ts';

// The entry of the thread that waits for the journal's disk, so that the one that writes never does.

export type DiskThreadOptions = Omit<SegmentDiskOptions, 'io' | 'reply'>;

const port = parentPort;
if (!port) throw new Error('disk-thread.ts runs as a worker');

// Passed by open-disk.ts, of the same build.
const options = workerData as DiskThreadOptions;
const disk = new SegmentDisk({ ...options, io: fileIo, reply: (reply) => port.postMessage(reply) });
let isPreparing = false;
tidyHeapWhenQuiet();

port.on('message', (job: DiskJob | null) => {
  if (job === null) return port.close();
  disk.run(job);
  if (!isPreparing) prepare();
});

/** Between two slices other jobs have their turn. */
function prepare(): void {
  isPreparing = disk.prepareSlice();
  if (isPreparing) setImmediate(prepare);
}
