import { chmodSync, lstatSync, mkdirSync } from 'node:fs';

/**
 * Makes a directory that nobody else can look into. Where everybody may write, somebody else may have been there
 * first: then this throws a sentence.
 */
export function makePrivateDirectory(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (!isOwnDirectory(dir))
    throw new Error(`${dir} belongs to somebody else: remove it, or set TMPDIR to another place.`);
  chmodSync(dir, 0o700);
}

/** A socket in there can only be our own user's. */
export function isOwnDirectory(dir: string): boolean {
  const stat = lstatSync(dir, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return false;
  return process.getuid === undefined || stat.uid === process.getuid();
}
