import { type AccountAnswer, refusal } from '../account/account-answer.ts';
import type { RunCommand } from '../command-link.ts';
import type { Body } from '../contract/bodies.ts';
import type { People } from '../people/people.ts';
import { dataOr } from './rights-api.ts';

type DeskOptions = { readonly command: RunCommand; readonly people: People };

/** The privacy desk, for whoever has that role: what people asked, how it is known who they are, and what became of it. */
export class DeskApi {
  readonly #options: DeskOptions;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  async list(): Promise<AccountAnswer> {
    return dataOr(503, await this.#options.command('privacy-request-list', {}));
  }

  async close(id: string, { outcome }: Body<'case-outcome'>): Promise<AccountAnswer> {
    return { ...dataOr(404, await this.#options.command('case-close', { id, outcome })), done: outcome };
  }

  /** By a letter to the address that the request names, or by hand. */
  async identity(id: string, { step, how }: Body<'case-identity'>): Promise<AccountAnswer> {
    const { command } = this.#options;
    if (step === 'by-hand') {
      return { ...dataOr(400, await command('case-identity-by-hand', { id, how })), done: how ?? '' };
    }
    const found = await command('privacy-request-show', { id });
    if ('refused' in found) return refusal(404, found.refused);
    // The keeper's command gives this.
    const { contact } = found.value as { readonly contact: string | null };
    if (contact === null || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(contact)) {
      return refusal(409, 'This request names no e-mail address: find out by hand who asks.');
    }
    const { letters } = this.#options.people;
    const token = letters.newToken({ isMailed: this.#options.people.sends });
    const asked = await command('case-identity-ask', { id, token_hash: letters.tokenHash(token) });
    if ('refused' in asked) return refusal(404, asked.refused);
    const { isSent } = await this.#options.people.send('identity', contact, `${id}.${token}`);
    return { status: 200, body: { data: { id, identity: 'asked', sent: isSent } }, done: 'letter' };
  }

  /** What the link of that letter stands for. False: it is over. */
  async confirm(link: string): Promise<boolean> {
    const outcome = await this.#options.command('case-identity-confirm', this.#linkOf(link));
    return !('refused' in outcome) && outcome.value !== null;
  }

  /** The same answer whatever is right: nobody learns here whether an address has an account. */
  async facts(link: string, told: Readonly<Record<string, string>>): Promise<boolean> {
    const { command, people } = this.#options;
    const confirmed = await command('case-identity-confirm', this.#linkOf(link));
    if ('refused' in confirmed || confirmed.value === null) return false;
    const { contact } = confirmed.value as { readonly contact: string };
    const person = await (await people.book()).byEmail(contact);
    const rows = person ? await (await people.records()).rows(person.key, 'person') : [];
    const created = rows[0]?.created_at;
    const month = typeof created === 'number' ? new Date(created).toISOString().slice(0, 7) : undefined;
    const account = person ? { person: person.key, account_month: month } : {};
    const { workspace, key_ending, month: said } = told;
    const outcome = await command('case-identity-facts', {
      ...this.#linkOf(link),
      ...Object.fromEntries(
        Object.entries({ workspace, key_ending, month: said }).filter(
          ([, value]) => value !== undefined && value !== '',
        ),
      ),
      ...account,
    });
    return !('refused' in outcome) && outcome.value !== null;
  }

  #linkOf(link: string): { readonly id: string; readonly token_hash: string } {
    const at = link.indexOf('.');
    return {
      id: link.slice(0, at).slice(0, 64),
      token_hash: this.#options.people.letters.tokenHash(link.slice(at + 1)),
    };
  }
}
