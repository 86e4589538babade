import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import type { LedgerCheck } from '../store.ts';
import { bookRules, type Rule } from './check-book-rules.ts';
import { leaseRules } from './check-lease-rules.ts';
import { openReader } from './open-database.ts';
import { whole } from './read-row.ts';

/** Of each rule no more are told: the first ones show what is wrong. */
const toldMax = 20;

/** The usage log is kept this long, the settlements longer. Younger ones must stand in both. */
const logMs = 90 * 86_400_000;

/**
 * Verifies the books as they are at one moment, on a connection of its own. SQL adds up, so that no table is ever held
 * in memory; between two rules whoever waits for the store gets a turn.
 */
export async function checkBooks(dataDir: string, now: number): Promise<LedgerCheck> {
  using db = openReader(dataDir);
  db.exec('begin');
  const transfers = count(db, 'select count(*) as rows from transfer');
  const generations = count(db, 'select count(*) as rows from settlement');
  const problems: string[] = [];
  for (const rule of [...bookRules, ...leaseRules]) {
    problems.push(...broken(db, rule, now));
    await setImmediate();
  }
  db.exec('commit');
  return { ok: problems.length === 0, transfers, generations, problems };
}

function broken(db: DatabaseSync, { find, says }: Rule, now: number): readonly string[] {
  const statement = db.prepare(`${find} limit ${toldMax}`);
  statement.setReadBigInts(true);
  const named = find.includes(':since') ? { since: now - logMs } : {};
  return statement.all(named).map((row) => says.replace(/\{(\w+)\}/g, (_, column: string) => String(row[column])));
}

function count(db: DatabaseSync, statement: string): number {
  return whole(db.prepare(statement).get() ?? {}, 'rows');
}
