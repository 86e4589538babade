import type { Letter } from '../people/post-office.ts';

/** What changed about how a person signs in. */
export type WayIn = 'passkey-added' | 'passkey-removed' | 'wallet-added' | 'site-added' | 'sign-in-removed';

const said: Readonly<Record<WayIn, readonly [subject: string, what: string]>> = {
  'passkey-added': [
    'A passkey was added to your account',
    'A passkey was added: whoever has its device can sign in as you.',
  ],
  'passkey-removed': [
    'A passkey was removed from your account',
    'A passkey was removed: its device opens your account no more.',
  ],
  'wallet-added': ['A wallet was added to your account', 'A wallet was added: whoever has its key can sign in as you.'],
  'site-added': [
    'An account at another site was added to yours',
    'An account at another site was added: whoever has it can sign in as you.',
  ],
  'sign-in-removed': [
    'A way to sign in was removed from your account',
    'A wallet, or an account at another site, was removed: it opens your account no more.',
  ],
};

/** Plain text, without a link that knows its reader: whoever did it unseen cannot keep it unseen. */
export function wayInLetter(way: WayIn, { to, base }: { readonly to: string; readonly base: string }): Letter {
  const [subject, what] = said[way];
  const more = `Was it you? Then there is nothing to do. If not, choose a new password, end your other sessions, and look at how you sign in:\n\n${base}/console/settings`;
  return { kind: 'way-in', to, subject, text: `${what}\n\n${more}\n\n${base}\n` };
}
