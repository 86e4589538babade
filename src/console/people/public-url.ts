import type { RunCommand } from '../command-link.ts';

/** The version of the policy that is in force. */
export async function policyVersionOf(command: RunCommand): Promise<string | undefined> {
  const outcome = await command('policy-show', {});
  if ('refused' in outcome) return undefined;
  // The keeper's command gives this, or null.
  const shown = outcome.value as { readonly policy: { readonly version: number } } | null;
  return shown === null ? undefined : String(shown.policy.version);
}

const freshMs = 10_000;

/** Where people reach this Fairlead: what file or environment say, else what the set-up page was told. */
export function publicUrlOf(
  command: RunCommand,
  { configured, now }: { readonly configured: string | undefined; now(): number },
): () => Promise<string | undefined> {
  if (configured !== undefined) return async () => configured;
  let known: string | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (known !== undefined && now() - askedAt < freshMs) return known;
    const outcome = await command('operator-show', {});
    if ('refused' in outcome) return known;
    // The keeper's command gives this.
    known = (outcome.value as { readonly public_url: string | null }).public_url ?? undefined;
    askedAt = now();
    return known;
  };
}
