import { parentPort, workerData } from 'node:worker_threads';
import { tidyHeapWhenQuiet } from '#observe/tidy-heap.ts';
import type { JournalAlarm } from '../journal.ts';
import { fileIo } from './file-io.ts';
import { JournalLoop, type JournalLoopOptions } from './journal-loop.ts';

// The entry of the journal's own thread.

export type ToJournalThread = { readonly kind: 'close'; readonly deadlineMs: number };

export type FromJournalThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'alarm'; readonly alarm: JournalAlarm }
  | { readonly kind: 'closed' };

const port = parentPort;
if (!port) throw new Error('journal-thread.ts runs as a worker');

const tell = (message: FromJournalThread): void => port.postMessage(message);
// Passed by open-journal.ts, of the same build.
const loop = new JournalLoop(workerData as JournalLoopOptions, {
  io: fileIo,
  onAlarm: (alarm) => tell({ kind: 'alarm', alarm }),
});
port.on('message', (message: ToJournalThread) => loop.close(message.deadlineMs));
await loop.start();
tell({ kind: 'ready' });
tidyHeapWhenQuiet();
await loop.run();
tell({ kind: 'closed' });
port.close();
