import type { Upstream } from '#core/routing/endpoint.ts';
import { originOf } from '#core/routing/own-key.ts';
import type { OwnKeyRecord } from '#store/own-keys.ts';
import type { OwnKeyRow } from '../interface/messages.ts';
import { open, seal } from './seal.ts';

/** What a sealed key is bound to: moved to another row, workspace, upstream or address it does not open. */
export type Binding = Pick<OwnKeyRecord, 'id' | 'workspace' | 'upstream' | 'origin'>;

const version = 1;

export function sealOwnKey(pepper: Uint8Array, binding: Binding, secret: string, nonce: Uint8Array): string {
  return seal(lockOf(pepper, binding), secret, nonce);
}

/** Undefined: it was sealed for something else, with another pepper, or is damaged. */
export function openOwnKey(pepper: Uint8Array, binding: Binding, sealed: string): string | undefined {
  return open(lockOf(pepper, binding), sealed);
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

function lockOf(pepper: Uint8Array, { id, workspace, upstream, origin }: Binding) {
  const boundTo = JSON.stringify(['own key', version, workspace, upstream, origin, id]);
  return { pepper, use: 'own provider keys, aes-256-gcm, v1', boundTo };
}
