import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const pepperBytes = 32;

/**
 * The secret that every key's hash is made with. It lives beside the database, not in it: a stolen database alone
 * cannot be searched for a guessed key. Made at first start; losing it makes every key invalid, so backups carry it.
 * @param given hex, from the environment: then there need not be a file.
 */
export function readOrMakePepper(dataDir: string, given?: string): Uint8Array {
  if (given !== undefined) return Buffer.from(given, 'hex');
  const directory = join(dataDir, 'secrets');
  const path = join(directory, 'pepper');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const pepper = readPepper(path) ?? makePepper(directory, path);
  if (pepper.byteLength !== pepperBytes)
    throw new Error(`${path} is damaged: it must be 32 bytes. Restore it from a backup.`);
  return pepper;
}

export function hasPepper(dataDir: string): boolean {
  return readPepper(join(dataDir, 'secrets', 'pepper')) !== undefined;
}

function readPepper(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (thrown) {
    if (isCode(thrown, 'ENOENT')) return undefined;
    throw thrown;
  }
}

/** Written whole under another name first: a crash in between leaves no half pepper, and of two makers one wins. */
function makePepper(directory: string, path: string): Uint8Array {
  const draft = join(directory, `pepper.${randomBytes(8).toString('hex')}`);
  const file = openSync(draft, 'wx', 0o600);
  writeSync(file, randomBytes(pepperBytes));
  fsyncSync(file);
  closeSync(file);
  try {
    linkSync(draft, path);
  } catch (thrown) {
    if (!isCode(thrown, 'EEXIST')) throw thrown;
  } finally {
    unlinkSync(draft);
  }
  syncDirectory(directory);
  return readFileSync(path);
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

function isCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
