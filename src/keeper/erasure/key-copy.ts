import { createHmac } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tombstone } from '#store/erasure-store.ts';
import { toTombstone } from './tombstones.ts';

/**
 * People's keys, beside the backups and not in them: one file for all backups of a directory, of which the newest alone is kept. A
 * backup without a person's key says neither its name nor its address, however old it is; and the file brings along who was deleted
 * since, so that a backup that is restored deletes them again.
 */
export type KeyCopy = {
  readonly at: number;
  readonly keys: Readonly<Record<string, string>>;
  readonly tombstones: readonly Tombstone[];
};

/** Of one Fairlead: another one that backs up into the same directory has another name. */
export function keyCopyPath(backup: string, pepper: Uint8Array): string {
  const witness = createHmac('sha256', pepper).update('fairlead key copies').digest('hex').slice(0, 12);
  return join(dirname(backup), `fairlead-keys-${witness}.json`);
}

export function writeKeyCopy(path: string, copy: KeyCopy): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, JSON.stringify({ fairlead: 'keys of people', ...copy }));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  const directory = openSync(dirname(path), 'r');
  fsyncSync(directory);
  closeSync(directory);
}

/** Undefined: there is none. Throws where something else lies there. */
export function readKeyCopy(path: string): KeyCopy | undefined {
  if (!existsSync(path)) return undefined;
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (typeof value !== 'object' || value === null || !('fairlead' in value)) throw new Error('this is no copy of keys');
  const { at, keys, tombstones } = value as Record<string, unknown>;
  if (typeof at !== 'number' || typeof keys !== 'object' || keys === null || !Array.isArray(tombstones)) {
    throw new Error('this is no copy of keys');
  }
  const texts = Object.entries(keys).filter((each): each is [string, string] => typeof each[1] === 'string');
  return { at, keys: Object.fromEntries(texts), tombstones: tombstones.flatMap((each) => toTombstone(each) ?? []) };
}

/**
 * A person's key goes from the copies as well, and that it was deleted goes into them. Gives those that could not be reached: what
 * lies elsewhere is older than the next backup, and no newer than the policy lets it be.
 */
export function forgetInCopies(
  paths: readonly string[],
  { person, stone }: { readonly person: string | undefined; readonly stone: Tombstone },
): readonly string[] {
  return paths.filter((path) => {
    try {
      const copy = readKeyCopy(path);
      if (!copy) return true;
      const { [person ?? '']: _, ...keys } = copy.keys;
      const tombstones = [...copy.tombstones.filter(({ hash }) => hash !== stone.hash), stone];
      writeKeyCopy(path, { at: copy.at, keys, tombstones });
      return false;
    } catch {
      return true;
    }
  });
}
