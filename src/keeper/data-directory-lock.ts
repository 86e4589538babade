import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Held by the one who may write to a data directory: a process tree, or a command while none runs. */
export type DataDirectoryLock = { [Symbol.dispose](): void };

/**
 * Takes the lock, or returns undefined when somebody else holds it. Node has no flock, but SQLite brings the kernel's
 * own file locks: they hold between two simultaneous starts and across containers that share the directory, and the
 * kernel drops them with the process, so that `kill -9` leaves nothing stale.
 */
export function takeDataDirectoryLock(dataDir: string): DataDirectoryLock | undefined {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'fairlead.lock');
  createPrivately(path);
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('begin exclusive');
  } catch (thrown) {
    database.close();
    if (isBusy(thrown)) return undefined;
    throw thrown;
  }
  return { [Symbol.dispose]: () => database.isOpen && database.close() };
}

// NOTE: an existing file must not be opened and closed here: closing any descriptor of a file drops the process's
// own kernel locks on it.
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
  }
}

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && 'errcode' in thrown && thrown.errcode === 5;
}
