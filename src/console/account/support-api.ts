import { randomBytes, randomInt } from 'node:crypto';
import type { RunCommand } from '../command-link.ts';
import type { Body } from '../contract/bodies.ts';
import type { SignedIn } from '../people/library-door.ts';
import type { People } from '../people/people.ts';
import type { PostOffice } from '../people/post-office.ts';
import { Tries } from '../people/tries.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';

type SupportOptions = {
  readonly command: RunCommand;
  readonly people: People;
  readonly post: PostOffice;
  now(): number;
};

const [hourMs, perHour, listMax] = [3_600_000, 6, 100];

/**
 * Messages of people to whoever operates this Fairlead. Each has the number of a case; it is kept sealed under its person's key, and
 * goes to the operator's address as a letter, or waits in the outbox.
 */
export class SupportApi {
  readonly #options: SupportOptions;
  readonly #tries: Tries;

  constructor(options: SupportOptions) {
    this.#options = options;
    this.#tries = new Tries(options.now);
  }

  async list({ person }: SignedIn): Promise<AccountAnswer> {
    const { people } = this.#options;
    const [store, book] = await Promise.all([people.store(), people.book()]);
    const mine = [{ column: 'person', is: 'eq', value: person, join: 'and' } as const];
    const order = { column: 'sent_at', down: true };
    const rows = await store.find('support_message', mine, { order, limit: listMax });
    const data = await Promise.all(
      rows.map(async ({ number, subject, text, sent_at: at }) => ({
        number: String(number),
        subject: await book.openFor(person, 'subject', String(subject)),
        message: await book.openFor(person, 'text', String(text)),
        sent_at: new Date(Number(at)).toISOString(),
      })),
    );
    return { status: 200, body: { data } };
  }

  async write(signedIn: SignedIn, { subject, message }: Body<'support'>): Promise<AccountAnswer> {
    const { people, post, now } = this.#options;
    const { person, email, name } = signedIn;
    const late = this.#tries.begin([{ key: `person ${person}`, max: perHour, windowMs: hourMs }]);
    if (late) return refusal(429, `Too many messages: try again in ${Math.ceil(late.waitMs / 60_000)} min.`);
    const contact = await this.#contact();
    if (contact === undefined) return refusal(503, 'This cannot be sent just now. Try again shortly.');
    const [store, book] = await Promise.all([people.store(), people.book()]);
    const number = `S-${new Date(now()).toISOString().slice(0, 10).replaceAll('-', '')}-${randomInt(100_000, 1_000_000)}`;
    await store.add('support_message', {
      ...{ id: `sm_${randomBytes(12).toString('hex')}`, person, number, sent_at: now() },
      subject: await book.sealFor(person, 'subject', subject),
      text: await book.sealFor(person, 'text', message),
    });
    const from = `From: ${name} <${email}>`;
    post.post({ kind: 'support', to: contact, subject: `[${number}] ${subject}`, text: `${from}\n\n${message}\n` });
    return { status: 201, body: { data: { number } } };
  }

  /** Where the operator is reached, by the policy in force. */
  async #contact(): Promise<string | undefined> {
    const outcome = await this.#options.command('policy-show', {});
    if ('refused' in outcome) return undefined;
    // The keeper's command gives this, or null.
    const shown = outcome.value as { readonly fields: { readonly contact: string } } | null;
    return shown?.fields.contact ?? 'the operator';
  }
}
