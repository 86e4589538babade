import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { processConfig } from '#config/process-config.ts';
import { Refused } from '#keeper/commands/command.ts';
import { takeDataDirectoryLock } from '#keeper/data-directory-lock.ts';
import { journalsIn } from '#keeper/recover.ts';
import { readBackup, writeBackup } from '#store/copy/backup-file.ts';
import { copyStore } from '#store/copy/copy-store.ts';
import type { Progress } from '#store/copy/fill-tables.ts';

/** Tells how far it is, on stderr: stdout is for the outcome. */
const tell: Progress = (table, rows) => void process.stderr.write(`${table}: ${rows} rows, verified\n`);

/** Also while the server runs: the file holds the store as it is at one moment. */
export async function backUp(file: string) {
  const { dataDir, databaseUrl, pepper, trustKey } = await processConfig();
  const kept = { pepper: pepper ?? secretIn(dataDir, 'pepper'), trust_key: trustKey ?? secretIn(dataDir, 'trust-key') };
  const secrets = Object.fromEntries(
    Object.entries(kept).flatMap(([name, secret]) => (secret === undefined ? [] : [[name, secret]])),
  );
  return { file: resolve(file), ...(await writeBackup({ dataDir, databaseUrl }, resolve(file), secrets)) };
}

export async function restore(file: string) {
  const { dataDir, databaseUrl, pepper } = await processConfig();
  using _lock = lockOf(dataDir);
  const keep = (secrets: Readonly<Record<string, string>>) => {
    keepPepper(dataDir, pepper, secrets.pepper);
    // Another key than before would do as well: the log would name both.
    const isFree = secretIn(dataDir, 'trust-key') === undefined;
    if (secrets.trust_key !== undefined && isFree) keepSecret(dataDir, 'trust-key', secrets.trust_key);
  };
  return await readBackup(resolve(file), { dataDir, databaseUrl }, keep, tell);
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
