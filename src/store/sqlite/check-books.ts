import type { DatabaseSync } from 'node:sqlite';
import type { LedgerCheck } from '../store.ts';
import { bookRules, type Rule } from './check-book-rules.ts';
import { leaseRules } from './check-lease-rules.ts';
import { whole } from './read-row.ts';

/** Of each rule no more are told: the first ones show what is wrong. */
const toldMax = 20;

/** The usage log is kept this long, the settlements longer. Younger ones must stand in both. */
const logMs = 90 * 86_400_000;

/** Verifies the books. SQL adds up, so that no table is ever held in memory. */
export function makeCheckBooks(db: DatabaseSync): (now: number) => LedgerCheck {
  return (now) => {
    const problems = [...bookRules, ...leaseRules].flatMap((rule) => broken(db, rule, now));
    return {
      ok: problems.length === 0,
      transfers: count(db, 'select count(*) as rows from transfer'),
      generations: count(db, 'select count(*) as rows from settlement'),
      problems,
    };
  };
}

// Prepared when asked for: a check is rare, and a prepared statement is memory.
function broken(db: DatabaseSync, { find, says }: Rule, now: number): readonly string[] {
  const statement = db.prepare(`${find} limit ${toldMax}`);
  statement.setReadBigInts(true);
  const named = find.includes(':since') ? { since: now - logMs } : {};
  return statement.all(named).map((row) => says.replace(/\{(\w+)\}/g, (_, column: string) => String(row[column])));
}

function count(db: DatabaseSync, statement: string): number {
  return whole(db.prepare(statement).get() ?? {}, 'rows');
}
