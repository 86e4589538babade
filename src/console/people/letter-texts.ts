import type { Letter } from './post-office.ts';

/** Letters that are there for their link. */
type LinkKind = Exclude<Letter['kind'], 'support' | 'notice' | 'dormancy' | 'news' | 'leak' | 'way-in' | 'alert'>;

/** What letters say. Plain text: a letter with one link and no picture tells nobody that it was opened. */
export function letterOf(
  kind: LinkKind,
  { to, link, operator }: { readonly to: string; readonly link: string; readonly operator: string },
): Letter {
  const { subject, lines } = texts[kind];
  const end = `If you did not ask for this, do nothing: without the link nothing happens.\n\n${operator}`;
  return { kind, to, subject, text: `${lines[0]}\n\n${link}\n\n${lines[1]}\n\n${end}\n` };
}

/** Where their links lead. */
export const letterPages = {
  ...{ verify: 'verify', reset: 'reset', 'magic-link': 'enter', invitation: 'invitation' },
  ...{ 'address-old': 'address', 'address-new': 'address', identity: 'privacy/identity', taken: 'console' },
} as const;

const texts: Readonly<Record<LinkKind, { readonly subject: string; readonly lines: readonly [string, string] }>> = {
  verify: {
    subject: 'Confirm your e-mail address',
    lines: ['Open this to confirm that this address is yours:', 'It works for one hour.'],
  },
  reset: {
    subject: 'Choose a new password',
    lines: ['Open this to choose a new password; all your sessions end then:', 'It works once, for one hour.'],
  },
  'magic-link': {
    subject: 'Your link to sign in',
    lines: ['Open this to sign in without a password:', 'It works once, for five minutes.'],
  },
  taken: {
    subject: 'You have an account already',
    lines: [
      'Somebody, perhaps you, wanted to make an account with this address, which has one. Sign in here:',
      'Forgotten the password? The same page sends a link to choose another, or one to sign in. Nothing was changed.',
    ],
  },
  'address-old': {
    subject: 'Another e-mail address for your account',
    lines: [
      'Somebody who is signed in as you wants another e-mail address for your account. Open this to agree:',
      'It works for a day. If it was not you, choose a new password: whoever asked knows the old one.',
    ],
  },
  'address-new': {
    subject: 'Confirm your new e-mail address',
    lines: ['Open this to confirm that this address is yours:', 'It works for a day.'],
  },
  identity: {
    subject: 'Did you ask about your data?',
    lines: ['Open this to confirm that you asked about your data:', 'It works for seven days, for that one request.'],
  },
  invitation: {
    subject: 'You are invited to a workspace',
    lines: ['Open this to become a member of a workspace:', 'It works once, for seven days.'],
  },
};
