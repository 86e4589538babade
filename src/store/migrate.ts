import { createHash } from 'node:crypto';
import { allMigrations } from './migrations/all-migrations.ts';
import { type Engine, inWordsOf, type Migration, statementsFor } from './migrations/migration.ts';
import { text, whole } from './sql/read-row.ts';
import type { Database, Row, Sql } from './sql/sql.ts';
import { StoreRefused } from './store-refused.ts';

export type Migrating = {
  readonly engine: Engine;
  readonly now: () => number;
  /** Called before the first step of a database that holds something, with the version that it has. */
  readonly backUp: (version: number) => void;
  readonly migrations?: readonly Migration[];
};

/** Brings a database up to what this code knows, one step a transaction, after a backup of one that holds something. */
export async function migrate(db: Database, migrating: Migrating): Promise<void> {
  const { engine, now, backUp, migrations = allMigrations } = migrating;
  await db.transaction(async (sql) => {
    await alone(sql, engine);
    await sql.run(
      inWordsOf(
        engine,
        `create table if not exists migration (
    version integer not null primary key, name text not null, at integer not null, hash text not null) strict`,
      ),
    );
  });
  const applied = await db.all('select version, name, hash from migration order by version');
  refuseWhatIsNotOurs(applied, migrations, engine);
  const missing = migrations.slice(applied.length);
  if (missing.length === 0) return;
  const newest = applied.at(-1);
  if (newest) backUp(whole(newest, 'version'));
  for (const migration of missing) await apply(db, migration, engine, now());
}

/** Of several that start at once, one takes a step and the others wait for it. */
async function alone(sql: Sql, engine: Engine): Promise<void> {
  if (engine === 'postgres') await sql.run(`select pg_advisory_xact_lock(hashtext('fairlead migrates'))`);
}

function refuseWhatIsNotOurs(applied: readonly Row[], migrations: readonly Migration[], engine: Engine): void {
  const newest = applied.at(-1);
  const backup = engine === 'sqlite' ? 'the backup that it made before (main.db.backup-v…)' : 'a backup from before';
  // A number may be left out, so the last one counts and not how many there are.
  const last = migrations.at(-1)?.version ?? 0;
  if (newest && whole(newest, 'version') > last) {
    throw new StoreRefused(
      `The database has version ${whole(newest, 'version')}, this Fairlead knows versions up to ${last}: ` +
        `start the newer Fairlead that wrote it, or restore ${backup}.`,
    );
  }
  applied.forEach((row, index) => {
    const known = migrations[index];
    if (!known || whole(row, 'version') !== known.version || text(row, 'hash') !== hashOf(known, engine)) {
      throw new StoreRefused(
        `Step ${index + 1} of the database's schema is not the one that this Fairlead knows: ` +
          'it was written by a build that was never released. Restore a backup, or start with a new data directory.',
      );
    }
  });
}

async function apply(db: Database, migration: Migration, engine: Engine, at: number): Promise<void> {
  const { version, name } = migration;
  await db.transaction(async (sql) => {
    await alone(sql, engine);
    // Somebody else may have taken this step while we waited for the lock.
    if (await sql.one('select 1 as taken from migration where version = :version', { version })) return;
    for (const statement of statementsFor(engine, migration)) await sql.run(inWordsOf(engine, statement));
    await sql.run('insert into migration (version, name, at, hash) values (:version, :name, :at, :hash)', {
      ...{ version, name, at },
      hash: hashOf(migration, engine),
    });
  });
}

function hashOf(migration: Migration, engine: Engine): string {
  return createHash('sha256')
    .update(JSON.stringify([migration.name, statementsFor(engine, migration)]))
    .digest('hex');
}
