import type { EngineStore } from '../open-store.ts';
import { listen } from './listen.ts';
import { openPostgres, vacuum } from './open-postgres.ts';
import { startServerClock } from './server-clock.ts';

/** PostgreSQL as the store: a pool, the server's clock and an ear for the change feed. */
export async function openPostgresStore(url: string, now: (() => number) | undefined): Promise<EngineStore> {
  const { database, connect } = await openPostgres(url);
  const clock = await startServerClock(database);
  const ears: ReturnType<typeof listen>[] = [];
  return {
    engine: 'postgres',
    database,
    now: now ?? clock.now,
    // Its operator has backups of a kind that a client cannot make; `fairlead backup` makes another.
    backUp() {},
    scrub: () => vacuum(database),
    onChange: (call) => void ears.push(listen(connect, call)),
    hearsAtOnce: () => ears.every(({ isUp }) => isUp),
    async close() {
      clock.stop();
      for (const ear of ears.splice(0)) await ear.close();
      await database.close();
    },
  };
}
