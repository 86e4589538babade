import type { DatabaseSync } from 'node:sqlite';

/** All of the work or none of it. The work is synchronous, so that nobody else's statement comes in between. */
export function inTransaction<Result>(db: DatabaseSync, work: () => Result): Result {
  db.exec('begin immediate');
  try {
    const result = work();
    db.exec('commit');
    return result;
  } catch (thrown) {
    // SQLite has rolled back itself after some failures, such as a full disk.
    if (db.isTransaction) db.exec('rollback');
    throw thrown;
  }
}
