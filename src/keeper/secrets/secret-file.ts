import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const secretBytes = 32;

/** Secrets of 32 bytes, each in a file of its own beside the database, for its owner alone. */
export function secretPath(dataDir: string, name: string): string {
  return join(dataDir, 'secrets', name);
}

export function readOrMakeSecret(path: string): Uint8Array {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return readSecret(path) ?? makeSecret(path);
}

/** Undefined: there is none. */
export function readSecret(path: string): Uint8Array | undefined {
  let secret: Uint8Array;
  try {
    secret = readFileSync(path);
  } catch (thrown) {
    if (isCode(thrown, 'ENOENT')) return undefined;
    throw thrown;
  }
  if (secret.byteLength !== secretBytes) {
    throw new Error(`${path} is damaged: it must be 32 bytes. Restore it from a backup.`);
  }
  return secret;
}

/** Written whole under another name first: a crash in between leaves no half secret. */
export function writeSecret(path: string, secret: Uint8Array): void {
  renameSync(writeDraft(path, secret), path);
  syncDirectory(dirname(path));
}

/** Of two makers one wins. */
function makeSecret(path: string): Uint8Array {
  const draft = writeDraft(path, randomBytes(secretBytes));
  try {
    linkSync(draft, path);
  } catch (thrown) {
    if (!isCode(thrown, 'EEXIST')) throw thrown;
  } finally {
    unlinkSync(draft);
  }
  syncDirectory(dirname(path));
  return readFileSync(path);
}

function writeDraft(path: string, secret: Uint8Array): string {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  const file = openSync(draft, 'wx', 0o600);
  writeSync(file, secret);
  fsyncSync(file);
  closeSync(file);
  return draft;
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

function isCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
