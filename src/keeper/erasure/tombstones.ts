import { createHmac, hkdfSync } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ErasedSubject } from '#core/privacy/erasure/erasure-plan.ts';
import type { Tombstone } from '#store/erasure-store.ts';

const name = 'erased.jsonl';

/** What stands for who was deleted: a keyed hash of an id, nothing that leads back to it without the pepper and the id. */
export class TombstoneMaker {
  readonly #key: Uint8Array;

  constructor(pepper: Uint8Array) {
    this.#key = new Uint8Array(hkdfSync('sha256', pepper, 'fairlead', 'tombstones, hmac-sha256, v1', 32));
  }

  hashOf(kind: ErasedSubject, id: string): string {
    return createHmac('sha256', this.#key).update(`${kind} ${id}`).digest('hex');
  }
}

/**
 * Beside the database, so that a database that is put back from a backup does not take them back: a line for each. One that a crash
 * cut off is left out; its saga was not over.
 */
export function readTombstoneFile(dataDir: string): readonly Tombstone[] {
  const path = join(dataDir, name);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => toTombstone(line) ?? []);
}

/** On the disk when this returns. Those that stand there already are left out. */
export function addToTombstoneFile(dataDir: string, stones: readonly Tombstone[]): void {
  const known = new Set(readTombstoneFile(dataDir).map(({ hash }) => hash));
  const fresh = stones.filter(({ hash }) => !known.has(hash));
  if (fresh.length === 0) return;
  const file = openSync(join(dataDir, name), 'a', 0o600);
  try {
    // A line that was cut off before ends here.
    writeSync(file, `\n${fresh.map((stone) => JSON.stringify(stone)).join('\n')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A parser: undefined where it is none. */
export function toTombstone(line: string | object): Tombstone | undefined {
  try {
    const value: unknown = typeof line === 'string' ? JSON.parse(line) : line;
    if (typeof value !== 'object' || value === null) return undefined;
    const { hash, kind, at } = value as Record<string, unknown>;
    if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash) || typeof at !== 'number') return undefined;
    return kind === 'person' || kind === 'workspace' ? { hash, kind, at } : undefined;
  } catch {
    return undefined;
  }
}
