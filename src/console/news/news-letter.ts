import type { Letter } from '../people/post-office.ts';

export type NewsToWrite = { readonly subject: string; readonly text: string };

/** Plain text, with the link that ends these letters: in the text for people, in the head for programs (RFC 8058). */
export function newsLetter(
  { subject, text }: NewsToWrite,
  { to, base, token }: { readonly to: string; readonly base: string; readonly token: string },
): Letter {
  const stop = `${base}/news/stop/${token}`;
  const end = `You get this because you agreed to news by mail. To get no more, open this; it needs no sign-in:\n${stop}`;
  return { kind: 'news', to, subject, text: `${text.trimEnd()}\n\n-- \n${end}\n\n${base}\n`, stop };
}
