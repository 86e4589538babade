import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

const kept = 3;
const name = /^main\.db\.backup-v(\d+)$/;

/** Copies the database to `main.db.backup-v<version>`, whole and on the disk before this returns. Keeps the last three. */
export function backUp(db: DatabaseSync, { dataDir, version }: { dataDir: string; version: number }): void {
  const path = join(dataDir, `main.db.backup-v${version}`);
  const unfinished = `${path}.unfinished`;
  rmSync(unfinished, { force: true });
  // SQLite takes an empty file, and this one is for its owner alone.
  closeSync(openSync(unfinished, 'wx', 0o600));
  db.prepare('vacuum into :path').run({ path: unfinished });
  sync(unfinished);
  renameSync(unfinished, path);
  sync(dataDir);
  for (const old of backupsIn(dataDir).slice(kept)) rmSync(join(dataDir, old));
}

/** The newest first. */
function backupsIn(dataDir: string): readonly string[] {
  const versionOf = (file: string) => Number(name.exec(file)?.[1]);
  return readdirSync(dataDir)
    .filter((file) => name.test(file))
    .sort((a, b) => versionOf(b) - versionOf(a));
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
