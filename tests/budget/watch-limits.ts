import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export type Watched = { times: number; broken: readonly string[] };

const lookMs = 100;

/** One look at the books on PostgreSQL, past all of our own code. Undefined while the server is away. */
export async function lookAt<Row extends pg.QueryResultRow>(
  url: string,
  statement: string,
): Promise<Row[] | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('set search_path to fairlead');
    return (await client.query<Row>(statement)).rows;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Looks all the time whether more of any allowance is spent and leased than there is. */
export function watchLimits(url: string): { stop(): Promise<Watched> } {
  const watched: Watched = { times: 0, broken: [] };
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const rows = await lookAt<{ says: string }>(
        url,
        `select allowance || ' ' || spent || ' + ' || leased || ' of ' || "limit" as says from allowance_window
         where spent + leased > "limit" and lowered_at is null`,
      );
      if (rows) watched.times += 1;
      if (rows && rows.length > 0) watched.broken = rows.map(({ says }) => says);
      await sleep(lookMs);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await watching;
      return watched;
    },
  };
}
