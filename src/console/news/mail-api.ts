import { type AccountAnswer, refusal } from '../account/account-answer.ts';
import type { RunCommand } from '../command-link.ts';
import type { Body } from '../contract/bodies.ts';
import type { Letters } from '../people/letters.ts';
import type { SignedIn } from '../people/library-door.ts';

/** Which letters a person gets: those of the service always, news only where it agreed. */
export class MailApi {
  readonly #command: RunCommand;
  readonly #letters: () => Letters;

  constructor({ command, letters }: { readonly command: RunCommand; readonly letters: () => Letters }) {
    this.#command = command;
    this.#letters = letters;
  }

  async show({ person }: SignedIn): Promise<AccountAnswer> {
    return await this.#told(503, 'mail-choices-show', { person });
  }

  async choose({ person }: SignedIn, { news, wording }: Body<'mail'>): Promise<AccountAnswer> {
    const choice = news ? 'agree' : 'withdraw';
    const answer = await this.#told(409, 'news-choose', { person, choice, wording, way: 'page' });
    return answer.status >= 400 ? answer : { ...answer, done: news ? `news ${wording ?? ''}`.trim() : 'no news' };
  }

  /** Whoever has the link of a letter needs no sign-in. False: it is none of ours. */
  async stop(token: string): Promise<'done' | 'unknown' | 'not-now'> {
    const person = this.#letters().personOfStop(token);
    if (person === undefined) return 'unknown';
    const outcome = await this.#command('news-choose', { person, choice: 'withdraw', way: 'link' });
    return 'refused' in outcome ? 'not-now' : 'done';
  }

  async send(body: Body<'news'>): Promise<AccountAnswer> {
    const outcome = await this.#command('news-send', body);
    if ('refused' in outcome) return refusal(400, outcome.refused);
    // The keeper's command gives this.
    const sent = outcome.value as { readonly id: string; readonly people: number };
    return { status: 201, body: { data: sent }, done: `${sent.id} ${sent.people}` };
  }

  async list(): Promise<AccountAnswer> {
    const outcome = await this.#command('news-list', {});
    return 'refused' in outcome ? refusal(503, outcome.refused) : { status: 200, body: { data: outcome.value } };
  }

  async #told(status: number, name: string, args: object): Promise<AccountAnswer> {
    const outcome = await this.#command(name, args);
    if ('refused' in outcome) return refusal(status, outcome.refused);
    return { status: 200, body: { data: { service: { always: true }, news: outcome.value } } };
  }
}
