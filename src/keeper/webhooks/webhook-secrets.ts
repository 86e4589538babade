import type { Webhook } from '#store/alert-store.ts';
import { open, seal } from '../secrets/seal.ts';

const use = 'webhook secrets, aes-256-gcm, v1';

export function sealSecret(pepper: Uint8Array, id: string, secret: string, nonce: Uint8Array): string {
  return seal({ pepper, use, boundTo: id }, secret, nonce);
}

/** What signs now: the secret, and the one before it while that still does. Empty: none of them opens. */
export function secretsOf(pepper: Uint8Array, { id, sealed, old }: Webhook, now: number): readonly string[] {
  const all = old && old.until > now ? [sealed, old.sealed] : [sealed];
  return all.flatMap((each) => open({ pepper, use, boundTo: id }, each) ?? []);
}
