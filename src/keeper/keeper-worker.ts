import { parentPort, workerData } from 'node:worker_threads';
import { runKeeper } from './run-keeper.ts';
import type { FromKeeperThread, KeeperThreadData, ToKeeperThread } from './thread-messages.ts';

/** The keeper's thread. Its parent is start-keeper.ts; all it says to it are the messages of thread-messages.ts. */
if (!parentPort) throw new Error('the keeper runs on a worker thread');
const parent = parentPort;
const tell = (message: FromKeeperThread): void => parent.postMessage(message);

try {
  // Our own start-keeper.ts wrote it.
  const data = workerData as KeeperThreadData;
  const keeper = await runKeeper(data, (event, fields) => tell({ kind: 'log', event, fields: fields ?? {} }));
  tell({ kind: 'ready' });
  parent.on('message', async (_: ToKeeperThread) => {
    await keeper.stop();
    parent.close();
  });
} catch (thrown) {
  const hasSentence = thrown instanceof Error && 'sentence' in thrown && typeof thrown.sentence === 'string';
  if (!hasSentence) throw thrown;
  tell({ kind: 'refused', sentence: String(thrown.sentence) });
  parent.close();
}
