import type { OverrunStore, StoppedEndpoint } from '../overruns.ts';
import type { GenerationRow } from '../store.ts';
import { announce } from './change-store.ts';
import { text, whole } from './read-row.ts';
import type { NewLoss } from './settlement-rows.ts';
import type { Database, Row, Sql } from './sql.ts';

const dayMs = 86_400_000;
const overrunsMax = 3;
const rowsMax = 1_000;

export function makeOverrunStore(db: Database): OverrunStore {
  return {
    async stopped(workspace) {
      const rows = await db.all(
        `select workspace, endpoint, since from stopped_endpoint
         where lifted_at is null and (:workspace = '' or workspace = :workspace) order by since desc limit :most`,
        { workspace: workspace ?? '', most: rowsMax },
      );
      return rows.map(toStopped);
    },
    lift: (pair, now) =>
      db.transaction(async (sql) => {
        const changes = await sql.run(
          `update stopped_endpoint set lifted_at = :now
           where workspace = :workspace and endpoint = :endpoint and lifted_at is null`,
          { ...pair, now },
        );
        if (changes === 0) return false;
        await sql.run('delete from overrun where workspace = :workspace and endpoint = :endpoint', pair);
        await announce(sql, 'workspace', pair.workspace, now);
        return true;
      }),
    untold: () => db.transaction(takeUntold),
  };
}

/** Endpoints that this workspace may not use now. */
export async function stoppedOf(sql: Sql, workspace: string): Promise<readonly string[]> {
  const rows = await sql.all(
    'select endpoint from stopped_endpoint where workspace = :workspace and lifted_at is null limit :most',
    { workspace, most: rowsMax },
  );
  return rows.map((row) => text(row, 'endpoint'));
}

/**
 * In the transaction that books the loss, and last in it. Whoever posts for a workspace has its wallet's window locked, so
 * no two count past each other.
 */
export async function noteOverruns(
  sql: Sql,
  { generations, losses }: { readonly generations: readonly GenerationRow[]; readonly losses: readonly NewLoss[] },
  now: number,
): Promise<void> {
  const over = new Set(losses.filter(({ account }) => account === 'loss:overrun').map(({ generation }) => generation));
  if (over.size === 0) return;
  const overruns = generations.flatMap(({ generation, workspace, endpoint }) =>
    endpoint !== null && over.has(generation) ? [{ generation, workspace, endpoint }] : [],
  );
  await sql.run('delete from overrun where at < :before', { before: now - dayMs });
  await sql.insert(
    {
      table: 'overrun',
      columns: ['generation', 'workspace', 'endpoint', 'at'],
      otherwise: 'on conflict (generation) do nothing',
    },
    overruns.map((overrun) => ({ ...overrun, at: now })),
  );
  const pairs = new Map(
    overruns.map(({ workspace, endpoint }) => [`${workspace} ${endpoint}`, { workspace, endpoint }]),
  );
  for (const pair of pairs.values()) await stopAfterThree(sql, pair, now);
}

async function stopAfterThree(
  sql: Sql,
  pair: { readonly workspace: string; readonly endpoint: string },
  now: number,
): Promise<void> {
  const row = await sql.one(
    'select count(*) as counted from overrun where workspace = :workspace and endpoint = :endpoint and at >= :since',
    { ...pair, since: now - dayMs },
  );
  if (whole(row ?? {}, 'counted') < overrunsMax) return;
  const changes = await sql.run(
    `insert into stopped_endpoint (workspace, endpoint, since) values (:workspace, :endpoint, :now)
     on conflict (workspace, endpoint) do update set since = excluded.since, told = 0, lifted_at = null
     where stopped_endpoint.lifted_at is not null`,
    { ...pair, now },
  );
  if (changes > 0) await announce(sql, 'workspace', pair.workspace, now);
}

async function takeUntold(sql: Sql): Promise<readonly StoppedEndpoint[]> {
  const rows = await sql.all(
    `select workspace, endpoint, since from stopped_endpoint where told = 0 and lifted_at is null limit ${rowsMax}`,
  );
  const untold: StoppedEndpoint[] = [];
  for (const { workspace, endpoint, since } of rows.map(toStopped)) {
    const changes = await sql.run(
      'update stopped_endpoint set told = 1 where workspace = :workspace and endpoint = :endpoint and told = 0',
      { workspace, endpoint },
    );
    // Another keeper may have been faster.
    if (changes === 1) untold.push({ workspace, endpoint, since });
  }
  return untold;
}

function toStopped(row: Row): StoppedEndpoint {
  return { workspace: text(row, 'workspace'), endpoint: text(row, 'endpoint'), since: whole(row, 'since') };
}
