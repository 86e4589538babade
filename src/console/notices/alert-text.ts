import type { Letter } from '../people/post-office.ts';

/** What the keeper gives: JSON of names and ids. */
export type AlertToWrite = { readonly about: string; readonly event: string; readonly body: string };

/** Plain text, without a link that knows its reader. */
export function alertLetter(
  { event, body }: AlertToWrite,
  { to, base }: { readonly to: string; readonly base: string },
): Letter {
  const facts = factsOf(body);
  const [subject, text] = event === 'webhook-disabled' ? ofWebhook(facts, base) : ofOutage(event, facts, base);
  return { kind: 'alert', to, subject, text: `${text}\n` };
}

function ofWebhook({ webhook, why }: Facts, base: string): readonly [subject: string, text: string] {
  const reason =
    why === 'gone'
      ? 'Its address answered that it is gone for good (410).'
      : 'For five days its address took nothing of what it was sent.';
  return [
    'A webhook was disabled',
    `The webhook ${webhook} is told nothing any more. ${reason}\n\nLet it work again, or remove it:\n${base}/console/notifications`,
  ];
}

function ofOutage(event: string, { endpoint, credential, why, at }: Facts, base: string): readonly [string, string] {
  const isBack = event.endsWith('-back');
  const what = endpoint === undefined ? `The credential ${credential}` : `The endpoint ${endpoint}`;
  const state = isBack ? 'works again' : 'is out';
  return [
    `${what} ${state}`,
    `${what} ${state} since ${at}${isBack ? '' : ` (${why})`}. Each outage is told once, and once that it is over.\n\n${base}/console/operate\n\nYou get this because you asked for letters about outages; the same page ends them.`,
  ];
}

type Facts = Readonly<Record<'webhook' | 'why' | 'endpoint' | 'credential' | 'at', string | undefined>>;

function factsOf(body: string): Facts {
  // A parser: the keeper's words, an event's facts under `data`.
  const told = JSON.parse(body) as Facts & { readonly timestamp?: string; readonly data?: Facts };
  return told.data ? { ...told.data, at: told.timestamp } : told;
}
