import { createHmac } from 'node:crypto';
import { isWellFormedKey } from '#core/privacy/key-format.ts';
import type { RunCommand } from '../command-link.ts';

/** Who calls the account API. */
export type AccountCaller = {
  readonly key: string;
  readonly workspace: string;
  readonly role: 'inference' | 'management';
};

export type FoundAccount =
  | { readonly kind: 'caller'; readonly caller: AccountCaller }
  /** Whatever is wrong with the key, it is told alike. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable' };

/** The key leaves this function as its keyed hash alone. */
export async function findCaller(
  {
    command,
    pepper,
    keyPrefix,
  }: { readonly command: RunCommand; readonly pepper: Uint8Array; readonly keyPrefix: string },
  secret: string | undefined,
): Promise<FoundAccount> {
  // A mistyped key costs nobody a question.
  if (secret === undefined || !isWellFormedKey(secret, keyPrefix)) return { kind: 'unknown' };
  const hash = createHmac('sha256', pepper).update(secret).digest('hex');
  const outcome = await command('caller-of', { hash });
  if ('refused' in outcome) return { kind: 'unavailable' };
  // The keeper's command gives this.
  const found = outcome.value as { readonly state: string } & AccountCaller;
  if (found.state !== 'known') return { kind: 'unknown' };
  return { kind: 'caller', caller: { key: found.key, workspace: found.workspace, role: found.role } };
}
