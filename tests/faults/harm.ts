import type { Cell } from '#cli/chaos/cells.ts';

/**
 * What one fault puts out, by the table of reliability §3.3: a credential that is refused or has no money, a name that an
 * upstream does not know. All else takes more than one fault, or is the caller's own doing.
 */
export function harmOf({ expected, tongue }: Cell): string | undefined {
  if (/^http-(401|402|403)$/.test(expected.mode)) return 'no-credential';
  // The others have no word that tells a quota from a rate.
  if (expected.mode === 'http-429-quota' && tongue.startsWith('openai-')) return 'no-credential';
  return expected.mode === 'http-404' ? 'missing' : undefined;
}
