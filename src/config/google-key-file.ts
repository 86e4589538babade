import { createPrivateKey } from 'node:crypto';
import type { ServiceAccount } from '#core/routing/cloud-access.ts';
import { httpAddressFlaw } from './address.ts';

const tokenUrlOtherwise = 'https://oauth2.googleapis.com/token';

/** The key file of a service account, or what is wrong with it, as the rest of a sentence without a word of it. */
export function readServiceAccount(written: string): ServiceAccount | string {
  const fields = parseFields(written);
  if (!fields) return 'must be the JSON of a key file: let it refer to a variable whose NAME_FILE names that file.';
  const { type, client_email: email, private_key: privateKey, private_key_id: id, token_uri: uri } = fields;
  if (type !== 'service_account') return 'must be the key of a service account ("type": "service_account").';
  if (typeof email !== 'string' || !/^[\x21-\x7e]{3,320}$/.test(email)) return 'has no client_email: make a new key.';
  if (typeof privateKey !== 'string' || !isRsaKey(privateKey)) return 'has no RSA private_key: make a new key.';
  const tokenUrl = uri ?? tokenUrlOtherwise;
  if (typeof tokenUrl !== 'string' || !isTokenUrl(tokenUrl)) {
    return 'has a token_uri that is no https:// address: make a new key.';
  }
  return { email, privateKey, privateKeyId: typeof id === 'string' ? id : undefined, tokenUrl };
}

function parseFields(written: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

/** Whoever answers there gets a signed claim: in clear only on this machine. */
function isTokenUrl(address: string): boolean {
  if (httpAddressFlaw(address) !== undefined) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
