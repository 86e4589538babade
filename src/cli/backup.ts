import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { processConfig } from '#config/process-config.ts';
import { backupDaysMax } from '#core/privacy/retention.ts';
import { Refused } from '#keeper/commands/command.ts';
import { takeDataDirectoryLock } from '#keeper/data-directory-lock.ts';
import { keyCopyPath, readKeyCopy, writeKeyCopy } from '#keeper/erasure/key-copy.ts';
import { addToTombstoneFile } from '#keeper/erasure/tombstones.ts';
import { journalsIn } from '#keeper/posting/recover.ts';
import { readOrMakePepper } from '#keeper/secrets/pepper.ts';
import { readBackup, writeBackup } from '#store/copy/backup-file.ts';
import { copyStore } from '#store/copy/copy-store.ts';
import type { Progress } from '#store/copy/fill-tables.ts';
import type { Tombstone } from '#store/erasure-store.ts';
import { readPersonKeys } from '#store/people/people-erasure.ts';
import { hasPeople } from '#store/people/people-store.ts';
import { withKeeper } from './with-keeper.ts';

/** Tells how far it is, on stderr: stdout is for the outcome. */
const tell: Progress = (table, rows) => void process.stderr.write(`${table}: ${rows} rows, verified\n`);

/** Also while the server runs: the file holds the store as it is at one moment, but for people's keys, which lie beside it. */
export async function backUp(file: string) {
  const config = await processConfig();
  const { dataDir, databaseUrl, pepper, trustKey } = config;
  const kept = { pepper: pepper ?? secretIn(dataDir, 'pepper'), trust_key: trustKey ?? secretIn(dataDir, 'trust-key') };
  const secrets = Object.fromEntries(
    Object.entries(kept).flatMap(([name, secret]) => (secret === undefined ? [] : [[name, secret]])),
  );
  const path = resolve(file);
  const written = await writeBackup({ dataDir, databaseUrl }, path, secrets, Date.now());
  return { file: path, ...written, keys_file: await backUpKeys(config, path) };
}

type BackUpConfig = Awaited<ReturnType<typeof processConfig>>;

/** Its place is told first: who is deleted from then on is taken out of it, too. */
async function backUpKeys(config: BackUpConfig, backup: string): Promise<string | null> {
  const { dataDir, databaseUrl } = config;
  const place = { dataDir, databaseUrl };
  if (!hasPeople(place)) return null;
  const path = keyCopyPath(backup, readOrMakePepper(dataDir, config.pepper));
  let written = '';
  for (;;) {
    const told = await withKeeper(config, (ask) => ask('key-copy-made', { path }));
    // The keeper's command gives this.
    const { tombstones } = told as { readonly tombstones: readonly Tombstone[] };
    const keys = await readPersonKeys(place);
    if (JSON.stringify([keys, tombstones]) === written) return path;
    writeKeyCopy(path, { at: Date.now(), keys, tombstones });
    written = JSON.stringify([keys, tombstones]);
  }
}

/** @param older it may be older than the policy lets backups be. */
export async function restore(file: string, { older = false }: { readonly older?: boolean } = {}) {
  const { dataDir, databaseUrl, pepper } = await processConfig();
  using _lock = lockOf(dataDir);
  const path = resolve(file);
  let tombstones: readonly Tombstone[] = [];
  const copied = await readBackup(
    path,
    { dataDir, databaseUrl },
    {
      judgeAge: (at) => judgeAge(at, older),
      keep(secrets) {
        keepPepper(dataDir, pepper, secrets.pepper);
        // Another key than before would do as well: the log would name both.
        const isFree = secretIn(dataDir, 'trust-key') === undefined;
        if (secrets.trust_key !== undefined && isFree) keepSecret(dataDir, 'trust-key', secrets.trust_key);
      },
      keysOfPeople() {
        const beside = keyCopyPath(path, readOrMakePepper(dataDir, pepper));
        const copy = readKeyCopy(beside);
        if (!copy) throw new Refused(`The file ${beside} is missing: without it no name of anybody here can be read.`);
        tombstones = copy.tombstones;
        return copy.keys;
      },
      tell,
    },
  );
  // Whoever was deleted since is deleted again by the next start.
  addToTombstoneFile(dataDir, tombstones);
  return { ...copied, deleted_since: tombstones.length };
}

const dayMs = 86_400_000;

/** What the policy says is gone after so many days must not come back from where it lay longer. */
function judgeAge(at: number | undefined, older: boolean): void {
  const days = at === undefined ? undefined : Math.floor((Date.now() - at) / dayMs);
  if (older || days === undefined || days <= backupDaysMax) return;
  throw new Refused(
    `This backup is ${days} days old, and backups are kept for ${backupDaysMax}: what people were promised is gone would come back. If there is no newer one, say --older, and tell them.`,
  );
}

export async function copyDatabase(to: string) {
  if (!/^postgres(ql)?:\/\//.test(to))
    throw new Refused('Say where to, as in --to postgres://user:password@host/database.');
  const { dataDir, databaseUrl } = await processConfig();
  using _lock = lockOf(dataDir);
  if (journalsIn(dataDir).length > 0) {
    throw new Refused('A journal here has not been read to its end: start Fairlead once and stop it, then copy.');
  }
  return await copyStore({ dataDir, databaseUrl }, { dataDir, databaseUrl: to }, tell);
}

function lockOf(dataDir: string): Disposable {
  const lock = takeDataDirectoryLock(dataDir);
  if (!lock) throw new Refused(`Fairlead runs on ${dataDir}: stop it first.`);
  return lock;
}

function secretIn(dataDir: string, name: string): string | undefined {
  const path = join(dataDir, 'secrets', name);
  return existsSync(path) ? readFileSync(path).toString('hex') : undefined;
}

/** Keys work with the pepper that they were made with, and with no other. */
function keepPepper(dataDir: string, given: string | undefined, restored: string | undefined): void {
  const here = given ?? secretIn(dataDir, 'pepper');
  if (restored === undefined || here === restored) return;
  if (here !== undefined) throw new Refused('There is another pepper here: restore into a data directory of its own.');
  keepSecret(dataDir, 'pepper', restored);
}

function keepSecret(dataDir: string, name: string, secret: string): void {
  mkdirSync(join(dataDir, 'secrets'), { recursive: true, mode: 0o700 });
  const options = { mode: 0o600, flag: 'wx', flush: true };
  writeFileSync(join(dataDir, 'secrets', name), Buffer.from(secret, 'hex'), options);
}
