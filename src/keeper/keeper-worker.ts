import { parentPort, workerData } from 'node:worker_threads';
import { runKeeper } from './run-keeper.ts';
import type { FromKeeperThread, KeeperThreadData, ToKeeperThread } from './thread-messages.ts';

/** The keeper's thread. Its parent is start-keeper.ts; all it says to it are the messages of thread-messages.ts. */
if (!parentPort) throw new Error('the keeper runs on a worker thread');
const parent = parentPort;
const closedCodes = new Set(['EACCES', 'EPERM', 'EROFS']);
const tell = (message: FromKeeperThread): void => parent.postMessage(message);

try {
  // Our own start-keeper.ts wrote it.
  const data = workerData as KeeperThreadData;
  const keeper = await runKeeper(data, (event, fields) => tell({ kind: 'log', event, fields: fields ?? {} }));
  tell({ kind: 'ready' });
  parent.on('message', async (message: ToKeeperThread) => {
    if (message.kind === 'gone') return keeper.gone(message.instance);
    await keeper.stop();
    parent.close();
  });
} catch (thrown) {
  const sentence = sentenceOf(thrown);
  if (sentence === undefined) throw thrown;
  tell({ kind: 'refused', sentence });
  parent.close();
}

/** What the operator can mend; anything else is told by the log. */
function sentenceOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if ('sentence' in thrown && typeof thrown.sentence === 'string') return thrown.sentence;
  const isClosed = 'code' in thrown && closedCodes.has(String(thrown.code));
  const isReadOnly = 'errstr' in thrown && /readonly|unable to open/.test(String(thrown.errstr));
  if (!isClosed && !isReadOnly) return undefined;
  const { dataDir } = workerData as KeeperThreadData;
  return `The data directory ${dataDir} cannot be written: give its owner write permission to all of it, or set FAIRLEAD_DATA.`;
}
