import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { backUp } from './back-up.ts';
import { allMigrations } from './migrations/all-migrations.ts';
import type { Migration } from './migrations/migration.ts';
import { inTransaction } from './sqlite/in-transaction.ts';
import { type Row, text, whole } from './sqlite/read-row.ts';
import { StoreRefused } from './store-refused.ts';

/** Brings a database up to what this code knows, one step a transaction, after a backup of one that holds something. */
export function migrate(
  db: DatabaseSync,
  {
    dataDir,
    now,
    migrations = allMigrations,
  }: { dataDir: string; now: () => number; migrations?: readonly Migration[] },
): void {
  db.exec(`create table if not exists migration (
    version integer not null primary key, name text not null, at integer not null, hash text not null) strict`);
  const applied = appliedMigrations(db);
  refuseWhatIsNotOurs(applied, migrations);
  const missing = migrations.slice(applied.length);
  if (missing.length === 0) return;
  if (applied.length > 0) backUp(db, { dataDir, version: applied.length });
  for (const migration of missing) apply(db, migration, now());
}

function appliedMigrations(db: DatabaseSync): readonly Row[] {
  return db.prepare('select version, name, hash from migration order by version').all();
}

function refuseWhatIsNotOurs(applied: readonly Row[], migrations: readonly Migration[]): void {
  const newest = applied.at(-1);
  if (newest && whole(newest, 'version') > migrations.length) {
    throw new StoreRefused(
      `The database has version ${whole(newest, 'version')}, this Fairlead knows versions up to ${migrations.length}: ` +
        'start the newer Fairlead that wrote it, or restore the backup that it made before (main.db.backup-v…).',
    );
  }
  applied.forEach((row, index) => {
    const known = migrations[index];
    if (!known || whole(row, 'version') !== known.version || text(row, 'hash') !== hashOf(known)) {
      throw new StoreRefused(
        `Step ${index + 1} of the database's schema is not the one that this Fairlead knows: ` +
          'it was written by a build that was never released. Restore a backup, or start with a new data directory.',
      );
    }
  });
}

function apply(db: DatabaseSync, migration: Migration, at: number): void {
  inTransaction(db, () => {
    // Somebody else may have taken this step while we waited for the lock.
    const isApplied = db
      .prepare('select 1 from migration where version = :version')
      .get({ version: migration.version });
    if (isApplied) return;
    for (const statement of migration.statements) db.exec(statement);
    db.prepare('insert into migration (version, name, at, hash) values (:version, :name, :at, :hash)').run({
      version: migration.version,
      name: migration.name,
      at,
      hash: hashOf(migration),
    });
  });
}

function hashOf({ name, statements }: Migration): string {
  return createHash('sha256')
    .update(JSON.stringify([name, statements]))
    .digest('hex');
}
