import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Upstream } from '#core/routing/endpoint.ts';
import { originOf } from '#core/routing/own-key.ts';
import type { OwnKeyRecord } from '#store/own-keys.ts';
import type { OwnKeyRow } from './interface/messages.ts';

/** What a sealed key is bound to: moved to another row, workspace, upstream or address it does not open. */
export type Binding = Pick<OwnKeyRecord, 'id' | 'workspace' | 'upstream' | 'origin'>;

export const nonceBytes = 12;
const tagBytes = 16;
const version = 1;

/** AES-256-GCM under a key that is made from the pepper: a stolen database alone opens nothing. */
export function sealOwnKey(pepper: Uint8Array, binding: Binding, secret: string, nonce: Uint8Array): string {
  const cipher = createCipheriv('aes-256-gcm', vaultKey(pepper), nonce).setAAD(boundTo(binding));
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** Undefined: it was sealed for something else, with another pepper, or is damaged. */
export function openOwnKey(pepper: Uint8Array, binding: Binding, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length <= 1 + nonceBytes + tagBytes || bytes[0] !== version) return undefined;
  const nonce = bytes.subarray(1, 1 + nonceBytes);
  const tag = bytes.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes);
  const options = { authTagLength: tagBytes };
  const decipher = createDecipheriv('aes-256-gcm', vaultKey(pepper), nonce, options).setAAD(boundTo(binding));
  decipher.setAuthTag(tag);
  try {
    return decipher.update(bytes.subarray(1 + nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

/**
 * The keys that a gateway may use now, opened. One that does not open, or whose upstream has another address than when it was given,
 * goes nowhere; where it was to be the only one it still keeps the operator's credentials out.
 */
export function openOwnKeys(
  records: readonly OwnKeyRecord[],
  { pepper, upstreams }: { readonly pepper: Uint8Array; readonly upstreams: readonly Upstream[] },
): readonly OwnKeyRow[] {
  return records.flatMap((record) => {
    const { id, upstream, use, models, changedAt: edition } = record;
    const secret = isAtHome(record, upstreams) ? openOwnKey(pepper, record, record.sealed) : undefined;
    if (secret !== undefined) return [{ id, edition, upstream, origin: record.origin, use, models, secret }];
    return use === 'only' ? [{ id, edition, upstream, origin: '', use, models, secret: '' }] : [];
  });
}

/** Its upstream still has the address that the key was given for. */
export function isAtHome({ upstream, origin }: Binding, upstreams: readonly Upstream[]): boolean {
  return upstreams.some(({ name, baseUrl }) => name === upstream && originOf(baseUrl) === origin);
}

function vaultKey(pepper: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', pepper, 'fairlead', 'own provider keys, aes-256-gcm, v1', 32));
}

function boundTo({ id, workspace, upstream, origin }: Binding): Uint8Array {
  return Buffer.from(JSON.stringify(['own key', version, workspace, upstream, origin, id]));
}
