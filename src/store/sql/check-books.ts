import { setImmediate } from 'node:timers/promises';
import type { LedgerCheck } from '../store.ts';
import { bookRules, type Rule } from './check-book-rules.ts';
import { leaseRules } from './check-lease-rules.ts';
import { whole } from './read-row.ts';
import type { Sql } from './sql.ts';

/** Of each rule no more are told: the first ones show what is wrong. */
const toldMax = 20;

/** The usage log is kept this long, the settlements longer. Younger ones must stand in both. */
const logMs = 90 * 86_400_000;

/**
 * Verifies the books as they are at one moment. SQL adds up, so that no table is ever held in memory; between two rules
 * whoever waits for the store gets a turn.
 */
export async function checkBooks(sql: Sql, now: number): Promise<LedgerCheck> {
  const transfers = await count(sql, 'select count(*) as rows from transfer');
  const generations = await count(sql, 'select count(*) as rows from settlement');
  const since = Math.max(now - logMs, await droppedUntil(sql));
  const problems: string[] = [];
  for (const rule of [...bookRules, ...leaseRules]) {
    problems.push(...(await broken(sql, rule, since)));
    await setImmediate();
  }
  return { ok: problems.length === 0, transfers, generations, problems };
}

async function broken(sql: Sql, { find, says }: Rule, since: number): Promise<readonly string[]> {
  const rows = await sql.all(`${find} limit ${toldMax}`, { since });
  return rows.map((row) => says.replace(/\{(\w+)\}/g, (_, column: string) => String(row[column])));
}

/** Where an operator keeps the usage log for fewer days, the evidence says what went. */
async function droppedUntil(sql: Sql): Promise<number> {
  const row = await sql.one(
    `select coalesce(max(cutoff), 0) as cutoff from retention_run where subject = 'generation'`,
  );
  return whole(row ?? {}, 'cutoff');
}

async function count(sql: Sql, statement: string): Promise<number> {
  return whole((await sql.one(statement)) ?? {}, 'rows');
}
