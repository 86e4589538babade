import { randomBytes } from 'node:crypto';
import type { PeopleStore } from '#store/people/people-store.ts';
import type { PersonBook } from '../people/person-book.ts';
import type { PersonVault } from '../people/person-vault.ts';

export type NewAddressesOptions = {
  readonly store: () => Promise<PeopleStore>;
  readonly book: () => Promise<PersonBook>;
  readonly vault: PersonVault;
  /** Sends the letter with this link. */
  readonly write: (kind: 'address-old' | 'address-new', to: string, token: string) => Promise<unknown>;
  /** Whoever asked to be deleted is deleted under the address that it had then. */
  readonly isClosing: (person: string) => Promise<boolean>;
  now(): number;
};

export type PendingAddress = {
  readonly email: string;
  readonly oldProved: boolean;
  readonly newProved: boolean;
  readonly expiresAt: number;
};

type Asking = { readonly person: string; readonly email: string; readonly verified: boolean };

export type Confirmed = 'over' | 'taken' | 'waits-for-old' | 'waits-for-new' | 'changed';

const livesMs = 86_400_000;

/**
 * The way to another e-mail address: a letter to the old one and a letter to the new one, and a click in both. Whoever never
 * confirmed the old one, as after a slip of the pen, needs the new one alone.
 */
export class NewAddresses {
  readonly #options: NewAddressesOptions;

  constructor(options: NewAddressesOptions) {
    this.#options = options;
  }

  async pending(person: string): Promise<PendingAddress | undefined> {
    const [row] = await (await this.#options.store()).find('new_address', [
      equals('person', person),
      { column: 'expires_at', is: 'gt', value: this.#options.now(), join: 'and' },
    ]);
    if (!row) return undefined;
    const email = await (await this.#options.book()).openFor(person, 'address', String(row.address));
    return {
      email,
      oldProved: row.old_hash === null || row.old_proved_at !== null,
      newProved: row.new_proved_at !== null,
      expiresAt: Number(row.expires_at),
    };
  }

  /** Whoever has the address already is not told of, neither here nor there. */
  async ask({ person, email, verified }: Asking, wanted: string): Promise<void> {
    const { store: open, now, vault, write } = this.#options;
    const [store, book] = await Promise.all([open(), this.#options.book()]);
    const address = wanted.trim().toLowerCase();
    const [toOld, toNew] = [token(), token()];
    await store.remove('new_address', [equals('person', person)]);
    await store.add('new_address', {
      ...{ id: `na_${randomBytes(12).toString('hex')}`, person },
      address_hash: vault.lookUp('person.email', address),
      address: await book.sealFor(person, 'address', address),
      old_hash: verified ? this.#hash(toOld) : null,
      new_hash: this.#hash(toNew),
      ...{ created_at: now(), expires_at: now() + livesMs },
    });
    if (verified) await write('address-old', email, toOld);
    if (!(await book.byEmail(address))) await write('address-new', address, toNew);
  }

  async cancel(person: string): Promise<boolean> {
    return (await (await this.#options.store()).remove('new_address', [equals('person', person)])) > 0;
  }

  /** Somebody followed the link of a letter. Where that was the last of them, the address changes and all sessions end. */
  async confirm(secret: string): Promise<Confirmed> {
    const { now } = this.#options;
    const store = await this.#options.store();
    const hash = this.#hash(secret);
    for (const side of ['old', 'new'] as const) {
      const isOpen = [
        equals(`${side}_hash`, hash),
        { column: 'expires_at', is: 'gt', value: now(), join: 'and' } as const,
      ];
      if ((await store.change('new_address', isOpen, { [`${side}_proved_at`]: now() })) > 0) {
        return await this.#conclude(`${side}_hash`, hash);
      }
    }
    return 'over';
  }

  async #conclude(column: string, hash: string): Promise<Confirmed> {
    const store = await this.#options.store();
    const [row] = await store.find('new_address', [equals(column, hash)]);
    if (!row) return 'over';
    if (row.new_proved_at === null) return 'waits-for-new';
    if (row.old_hash !== null && row.old_proved_at === null) return 'waits-for-old';
    const taken = await store.take('new_address', [equals('id', String(row.id))]);
    if (!taken || (await this.#options.isClosing(String(row.person)))) return 'over';
    return await this.#change(String(row.person), { hash: String(row.address_hash), sealed: String(row.address) });
  }

  async #change(
    person: string,
    { hash, sealed }: { readonly hash: string; readonly sealed: string },
  ): Promise<Confirmed> {
    const [store, book] = await Promise.all([this.#options.store(), this.#options.book()]);
    const now = this.#options.now();
    const address = await book.openFor(person, 'address', sealed);
    try {
      await store.change('person', [equals('id', person)], {
        ...{ email_hash: hash, email: await book.sealFor(person, 'email', address), email_verified: 1 },
        ...{ address_changed_at: now, changed_at: now },
      });
    } catch (thrown) {
      // No two people have one address: somebody made an account with it meanwhile.
      if (!(await book.byEmail(address))) throw thrown;
      return 'taken';
    }
    await book.endSessions(person, { allBut: '' });
    return 'changed';
  }

  #hash(secret: string): string {
    return this.#options.vault.lookUp('new_address.token', secret);
  }
}

function token(): string {
  return randomBytes(32).toString('base64url');
}

function equals(column: string, value: string) {
  return { column, is: 'eq', value, join: 'and' } as const;
}
