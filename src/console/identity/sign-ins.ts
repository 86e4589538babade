import { randomBytes } from 'node:crypto';
import type { PeopleStore } from '#store/people/people-store.ts';
import type { PersonBook } from '../people/person-book.ts';
import type { PersonVault } from '../people/person-vault.ts';

type SignInsOptions = {
  readonly store: () => Promise<PeopleStore>;
  readonly book: () => Promise<PersonBook>;
  readonly vault: PersonVault;
  now(): number;
};

export type SignIn = {
  readonly id: string;
  readonly provider: string;
  readonly label: string;
  readonly createdAt: number;
};

/** Of a site or of a wallet: by what it knows its person. */
export type Subject = { readonly provider: string; readonly subject: string };

/** Wallets and accounts at other sites by which people sign in here. */
export class SignIns {
  readonly #options: SignInsOptions;

  constructor(options: SignInsOptions) {
    this.#options = options;
  }

  async list(person: string): Promise<readonly SignIn[]> {
    const book = await this.#options.book();
    const rows = await (await this.#options.store()).find('sign_in', [
      equals('person', person),
      { column: 'provider', is: 'ne', value: 'credential', join: 'and' },
    ]);
    return await Promise.all(
      rows.map(async ({ id, provider, label, created_at: at }) => ({
        ...{ id: String(id), provider: String(provider), createdAt: Number(at) },
        label: label === null ? '' : await book.openFor(person, 'label', String(label)),
      })),
    );
  }

  /** Whose it is; undefined where nobody's. */
  async holder(subject: Subject): Promise<string | undefined> {
    const [row] = await (await this.#options.store()).find('sign_in', this.#is(subject));
    return row && String(row.person);
  }

  /** False: it is somebody's already. */
  async add(person: string, subject: Subject, label: string): Promise<boolean> {
    const { store, book, now } = this.#options;
    if ((await this.holder(subject)) !== undefined) return false;
    const { provider } = subject;
    const at = { created_at: now(), changed_at: now() };
    const row = { id: `si_${randomBytes(12).toString('hex')}`, person, provider, subject: this.#hash(subject), ...at };
    const sealed = await (await book()).sealFor(person, 'label', label);
    await (await store()).add('sign_in', { ...row, label: sealed });
    return true;
  }

  async remove(person: string, id: string): Promise<boolean> {
    const mine = [
      equals('person', person),
      equals('id', id),
      { column: 'provider', is: 'ne', value: 'credential', join: 'and' } as const,
    ];
    return (await (await this.#options.store()).remove('sign_in', mine)) > 0;
  }

  #is(subject: Subject) {
    return [equals('provider', subject.provider), equals('subject', this.#hash(subject))];
  }

  #hash({ provider, subject }: Subject): string {
    return this.#options.vault.lookUp('sign_in.subject', `${provider} ${subject}`);
  }
}

function equals(column: string, value: string) {
  return { column, is: 'eq', value, join: 'and' } as const;
}
