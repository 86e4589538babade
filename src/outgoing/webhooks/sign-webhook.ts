// https://www.standardwebhooks.com: what lets a receiver know that a message is ours, whole and new.
import { createHmac } from 'node:crypto';

const secretPrefix = 'whsec_';

/** Of 24 to 64 bytes, as the scheme wants it. */
export function makeWebhookSecret(random: Uint8Array): string {
  return `${secretPrefix}${Buffer.from(random).toString('base64')}`;
}

/** `id` stays the same over all tries; while a secret is replaced both sign. @param at epoch milliseconds */
export function signWebhook(
  { id, at, body }: { readonly id: string; readonly at: number; readonly body: string },
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
