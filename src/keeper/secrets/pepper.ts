import { readOrMakeSecret, readSecret, secretPath } from './secret-file.ts';

const name = 'pepper';

/**
 * The secret that every key's hash is made with. It lives beside the database, not in it: a stolen database alone
 * cannot be searched for a guessed key. Made at first start; losing it makes every key invalid, so backups carry it.
 * @param given hex, from the environment: then there need not be a file.
 */
export function readOrMakePepper(dataDir: string, given?: string): Uint8Array {
  return given === undefined ? readOrMakeSecret(secretPath(dataDir, name)) : Buffer.from(given, 'hex');
}

export function hasPepper(dataDir: string): boolean {
  return readSecret(secretPath(dataDir, name)) !== undefined;
}
