import { createHmac } from 'node:crypto';
import { formatKey, toBase62 } from '#core/privacy/key-format.ts';

export type KeyMaterial = {
  /** Shown once, to the person who made it; kept nowhere. */
  readonly key: string;
  /** What is stored. */
  readonly hash: string;
  /** The last four characters, so that people can tell keys apart. */
  readonly hint: string;
};

export function makeKey(prefix: string, random: Uint8Array, pepper: Uint8Array): KeyMaterial {
  const key = formatKey(prefix, random);
  return { key, hash: hashKey(pepper, key), hint: key.slice(-4) };
}

/** Hex of HMAC-SHA256(pepper, key): worthless without the pepper, which is not in the database. */
export function hashKey(pepper: Uint8Array, key: string): string {
  return createHmac('sha256', pepper).update(key).digest('hex');
}

/** The secret of a set-up link: base62 of 32 random bytes. */
export function makeSetupToken(random: Uint8Array): string {
  return toBase62(BigInt(`0x${Buffer.from(random).toString('hex')}`), 43);
}

/** Another domain than keys, so that neither hash can stand in for the other. */
export function hashSetupToken(pepper: Uint8Array, token: string): string {
  return createHmac('sha256', pepper).update(`setup-link:${token}`).digest('hex');
}
