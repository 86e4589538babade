import { performance } from 'node:perf_hooks';
import { whole } from '../sql/read-row.ts';
import type { Sql } from '../sql/sql.ts';

const everyMs = 5_000;

export type ServerClock = { now(): number; stop(): void };

/**
 * The server's clock, so that all trees on one database agree on who is alive and which day it is: asked now and then,
 * and carried on by our own stopwatch, which no jump of this machine's clock moves.
 */
export async function startServerClock(sql: Sql): Promise<ServerClock> {
  let ahead = await measure(sql);
  const timer = setInterval(async () => {
    ahead = await measure(sql).catch(() => ahead);
  }, everyMs).unref();
  return { now: () => Math.round(performance.now() + ahead), stop: () => clearInterval(timer) };
}

/** How far the server's epoch milliseconds are ahead of our stopwatch; half of the trip is its error at most. */
async function measure(sql: Sql): Promise<number> {
  const before = performance.now();
  const row = await sql.one('select (extract(epoch from clock_timestamp()) * 1000)::bigint as now');
  return whole(row ?? {}, 'now') - (before + performance.now()) / 2;
}
