import type { Letter } from '../people/post-office.ts';

export type DormancyLetterToWrite = {
  readonly kind: 'first' | 'second' | 'closing';
  readonly months: number;
  /** ISO 8601. */
  readonly closes_at: string;
};

/** Plain text, without a link that knows its reader: whoever signs in has said that the account is still wanted. */
export function dormancyLetter(
  { kind, months, closes_at }: DormancyLetterToWrite,
  { to, base, purgeFrom }: { readonly to: string; readonly base: string; readonly purgeFrom: string | undefined },
): Letter {
  const day = closes_at.slice(0, 10);
  const why = `Nobody has signed in to your account, or used a key of its workspaces, for ${months} months. Data of accounts stays as long as they are used.`;
  const money = 'What is left in a wallet then goes by the rule that the page Privacy shows.';
  const [subject, what] =
    kind === 'closing'
      ? [
          'Your account is being closed',
          `${why} You were told twice. Its keys do nothing any more, and on ${purgeFrom?.slice(0, 10) ?? day} what is kept about you begins to be deleted. Until then signing in takes it back:`,
        ]
      : [
          kind === 'first' ? `Your account is closed on ${day}` : `Once more: your account is closed on ${day}`,
          `${why} On ${day} yours is closed, and fourteen days later what is kept about you is deleted. ${money} To keep it, sign in:`,
        ];
  const end = 'You get this because you have an account here; it is no advertisement.';
  return { kind: 'dormancy', to, subject, text: `${what}\n\n${base}/console\n\n${end}\n\n${base}\n` };
}
