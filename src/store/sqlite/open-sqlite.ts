import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { backUp } from '../back-up.ts';
import type { EngineStore } from '../open-store.ts';
import type { Database, Sql } from '../sql/sql.ts';
import { StoreRefused } from '../store-refused.ts';
import { SqliteDatabase, SqliteStatements } from './sqlite-database.ts';

/** SQLite as the store: one file in the data directory, one connection that writes it. */
export function openSqlite(dataDir: string, now: () => number = Date.now): EngineStore {
  const path = pathIn(dataDir);
  const db = openDatabase(path);
  const database = new SqliteDatabase(db, () => openReader(path));
  return {
    engine: 'sqlite',
    database,
    now,
    backUp: (version) => backUp(db, { dataDir, version }),
    scrub: async () => scrub(db),
    // Whoever changes something here is this process itself, and knows.
    onChange() {},
    hearsAtOnce: () => true,
    close: () => database.close(),
  };
}

/** `people.db`, which the console's thread alone writes. */
export function openSqlitePeople(dataDir: string): { readonly database: Database; scrub(): Promise<boolean> } {
  const path = join(dataDir, 'people.db');
  const db = openDatabase(path);
  return { database: new SqliteDatabase(db, () => openReader(path)), scrub: async () => scrub(db) };
}

/** A file of this size is written anew within a second or two, while which nothing else is done with it. */
const compactBytesMax = 128 * 1024 * 1024;

/**
 * What is deleted is written over (`secure_delete`), but what a page held before its rows moved to another one may lie on in its
 * gaps: so the file is written anew, where it is not too large for that, and the log in which pages stood before is cut.
 */
function scrub(db: DatabaseSync): boolean {
  const { page_count: pages = 0 } = db.prepare('pragma page_count').get() ?? {};
  const { page_size: bytes = 0 } = db.prepare('pragma page_size').get() ?? {};
  if (Number(pages) * Number(bytes) <= compactBytesMax) db.exec('vacuum');
  return Number(db.prepare('pragma wal_checkpoint(truncate)').get()?.busy) === 0;
}

/** Opens a database, made for its owner alone (SQLite gives its other files the same mode). One connection writes. */
function openDatabase(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const db = new DatabaseSync(path, { timeout: 5_000, enableForeignKeyConstraints: true, defensive: true });
  try {
    configure(db);
    return db;
  } catch (thrown) {
    db.close();
    throw thrown;
  }
}

/** Statements on a second connection. */
export function openSqliteReader(dataDir: string): { readonly sql: Sql; close(): void } {
  const db = openReader(pathIn(dataDir));
  return { sql: new SqliteStatements(db), close: () => db.close() };
}

/** A second connection, which sees what is committed and changes nothing. */
function openReader(path: string): DatabaseSync {
  return new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'main.db');
}

// FULL: what a commit says is on the disk. Trusted schema off: a tampered file cannot call functions through triggers.
function configure(db: DatabaseSync): void {
  const mode = db.prepare('pragma journal_mode = wal').get()?.journal_mode;
  if (mode !== 'wal') {
    throw new StoreRefused(
      'The data directory lies where SQLite cannot write ahead (a network folder?). Use a local disk.',
    );
  }
  db.exec('pragma synchronous = full');
  db.exec('pragma trusted_schema = off');
  // What is deleted is written over: a page that is free again tells nothing of what was in it.
  db.exec('pragma secure_delete = on');
  db.exec('pragma cache_size = -8192');
}
