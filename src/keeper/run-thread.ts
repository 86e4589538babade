import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { tidyHeapWhenQuiet } from '#observe/tidy-heap.ts';
import type { Judges } from './catalogue/judges.ts';
import { runKeeper } from './run-keeper.ts';
import type { FromKeeperThread, KeeperThreadData, ToKeeperThread } from './thread-messages.ts';

const closedCodes = new Set(['EACCES', 'EPERM', 'EROFS']);

/** What the keeper's thread was started with: our own start-keeper.ts wrote it. */
export const threadData = workerData as KeeperThreadData;

/** The keeper's thread. Its parent is start-keeper.ts; all it says to it are the messages of thread-messages.ts. */
export async function runThread(judges: Judges): Promise<void> {
  if (!parentPort) throw new Error('the keeper runs on a worker thread');
  const parent: MessagePort = parentPort;
  const tell = (message: FromKeeperThread): void => parent.postMessage(message);
  try {
    const log: Parameters<typeof runKeeper>[1] = (event, fields) => tell({ kind: 'log', event, fields: fields ?? {} });
    const keeper = await runKeeper(threadData, log, judges);
    tell({ kind: 'ready' });
    tidyHeapWhenQuiet();
    parent.on('message', async (message: ToKeeperThread) => {
      if (message.kind === 'gone') return keeper.gone(message.instance);
      if (message.kind === 'listens') return keeper.listens(message.url);
      await keeper.stop();
      parent.close();
    });
  } catch (thrown) {
    const sentence = sentenceOf(thrown);
    if (sentence === undefined) throw thrown;
    tell({ kind: 'refused', sentence });
    parent.close();
  }
}

/** What the operator can mend; anything else is told by the log. */
function sentenceOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if ('sentence' in thrown && typeof thrown.sentence === 'string') return thrown.sentence;
  const isClosed = 'code' in thrown && closedCodes.has(String(thrown.code));
  const isReadOnly = 'errstr' in thrown && /readonly|unable to open/.test(String(thrown.errstr));
  if (!isClosed && !isReadOnly) return undefined;
  return `The data directory ${threadData.dataDir} cannot be written: give its owner write permission to all of it, or set FAIRLEAD_DATA.`;
}
