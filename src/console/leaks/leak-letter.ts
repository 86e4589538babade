import type { Letter } from '../people/post-office.ts';

/** What those who lead a workspace read when one of its keys was found with others; of the key its last characters alone. */
export function leakLetter(
  { name, hint, place }: { readonly name: string; readonly hint: string; readonly place: string | undefined },
  { to, base }: { readonly to: string; readonly base: string },
): Letter {
  const where = place === undefined ? '' : ` It was found here:\n\n${place}\n`;
  const what = `The key "${name}" (…${hint}) was found where others can read it, and does nothing any more since this moment.${where}`;
  const next = `Make another one, and look at what this one was used for:\n${base}/console/keys`;
  const end = 'You get this because you lead its workspace; it is no advertisement.';
  return {
    kind: 'leak',
    to,
    subject: 'One of your keys was found and stopped',
    text: `${what}\n\n${next}\n\n${end}\n\n${base}\n`,
  };
}
