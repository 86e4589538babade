import type { PeopleStore } from '#store/people/people-store.ts';
import { emailIn } from './auth-answers.ts';
import type { PersonVault } from './person-vault.ts';

export type Person = {
  /** Of people.db alone. */
  readonly key: string;
  /** What a person is called by everywhere else: a pseudonym. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Whether it followed the link of a letter to that address. */
  readonly verified: boolean;
};

export type Session = {
  readonly id: string;
  readonly device: string;
  readonly createdAt: number;
  readonly usedAt: number;
};

const listMax = 1_000;
/** How the sign-in library calls what proves that somebody is who he says. */
const proofs = { reset: 'reset-password:', 'magic-link': 'magic-link:', 'second-step': '' } as const;
/** A code holds for thirty seconds, and one step before and after. */
const codeUsableMs = 120_000;

/** Who people are, for those who may know: names and addresses opened again. */
export class PersonBook {
  readonly #store: PeopleStore;
  readonly #vault: PersonVault;

  constructor(store: PeopleStore, vault: PersonVault) {
    this.#store = store;
    this.#vault = vault;
  }

  async byKeys(keys: readonly string[]): Promise<readonly Person[]> {
    return await this.#read([{ column: 'id', is: 'in', value: keys, join: 'and' }]);
  }

  async byId(id: string): Promise<Person | undefined> {
    return (await this.#read([{ column: 'actor', is: 'eq', value: id, join: 'and' }]))[0];
  }

  async byEmail(email: string): Promise<Person | undefined> {
    const hash = this.#vault.lookUp('person.email', email.trim().toLowerCase());
    return (await this.#read([{ column: 'email_hash', is: 'eq', value: hash, join: 'and' }]))[0];
  }

  async sessionsOf(person: string, now: number): Promise<readonly Session[]> {
    const rows = await this.#store.find(
      'session',
      [
        { column: 'person', is: 'eq', value: person, join: 'and' },
        { column: 'expires_at', is: 'gt', value: now, join: 'and' },
      ],
      { order: { column: 'changed_at', down: true }, limit: listMax },
    );
    return rows.map((row) => ({
      ...{ id: String(row.id), device: String(row.device) },
      ...{ createdAt: Number(row.created_at), usedAt: Number(row.changed_at) },
    }));
  }

  /** How many ended: one of the person's, or all but one. */
  async endSessions(person: string, which: { readonly only: string } | { readonly allBut: string }): Promise<number> {
    const one = 'only' in which;
    return await this.#store.remove('session', [
      { column: 'person', is: 'eq', value: person, join: 'and' },
      { column: 'id', is: one ? 'eq' : 'ne', value: one ? which.only : which.allBut, join: 'and' },
    ]);
  }

  async dropSecondFactor(person: string, now: number): Promise<void> {
    await this.#store.remove('second_factor', [{ column: 'person', is: 'eq', value: person, join: 'and' }]);
    await this.#store.change('person', [{ column: 'id', is: 'eq', value: person, join: 'and' }], {
      ...{ two_factor: 0, changed_at: now },
    });
  }

  async proved(session: string, now: number): Promise<void> {
    await this.#store.change('session', [{ column: 'id', is: 'eq', value: session, join: 'and' }], { proved_at: now });
  }

  /** The hash of the person's password; undefined where it has none. */
  async passwordOf(person: string): Promise<string | undefined> {
    const [row] = await this.#store.find('sign_in', [
      { column: 'person', is: 'eq', value: person, join: 'and' },
      { column: 'provider', is: 'eq', value: 'credential', join: 'and' },
    ]);
    return typeof row?.secret === 'string' ? row.secret : undefined;
  }

  async rename(person: string, name: string, now: number): Promise<void> {
    const sealedKey = await this.#keyOf(person);
    const sealed = this.#vault.sealFor(person, { sealedKey, field: 'name', text: name });
    await this.#store.change('person', [{ column: 'id', is: 'eq', value: person, join: 'and' }], {
      ...{ name: sealed, changed_at: now },
    });
  }

  /** What only this person's key opens. */
  async sealFor(person: string, field: string, text: string): Promise<string> {
    return this.#vault.sealFor(person, { sealedKey: await this.#keyOf(person), field, text });
  }

  async openFor(person: string, field: string, sealed: string): Promise<string> {
    return this.#vault.openFor(person, { sealedKey: await this.#keyOf(person), field, sealed });
  }

  /** When the person's e-mail address was changed last; undefined: it never was. */
  async addressChangedAt(person: string): Promise<number | undefined> {
    const [row] = await this.#store.find('person', [equals('id', person)]);
    return typeof row?.address_changed_at === 'number' || typeof row?.address_changed_at === 'bigint'
      ? Number(row.address_changed_at)
      : undefined;
  }

  /** A letter reached the address. */
  async confirmed(person: string, now: number): Promise<void> {
    await this.#store.change('person', [equals('id', person)], { email_verified: 1, changed_at: now });
  }

  /** What the person accepted, and when. */
  async accepted(person: string, version: string, now: number): Promise<void> {
    await this.#store.change('person', [{ column: 'id', is: 'eq', value: person, join: 'and' }], {
      ...{ terms_version: version, accepted_at: now },
    });
  }

  /** Whether a link may sign in whoever has this address. */
  async entryByLink(email: string): Promise<'open' | 'unconfirmed' | 'closed'> {
    const row = await this.#rowOf(email);
    if (!row || Number(row.two_factor) === 1) return 'closed';
    return Number(row.email_verified) === 1 ? 'open' : 'unconfirmed';
  }

  /**
   * Whose secret this is, of a letter or of a sign-in's second step. Undefined: it is over, or older than the person's password or
   * e-mail address, or would sign in somebody who may not enter by a link (any more).
   */
  async holderOf(
    kind: keyof typeof proofs,
    { secret, now }: { secret: string; now: number },
  ): Promise<string | undefined> {
    const [proof] = await this.#store.find(
      'proof',
      [
        equals('identifier_hash', this.#vault.lookUp('proof.identifier', `${proofs[kind]}${secret}`)),
        { column: 'expires_at', is: 'gt', value: now, join: 'and' },
      ],
      { order: { column: 'created_at', down: true }, limit: 1 },
    );
    if (!proof) return undefined;
    const value = this.#vault.open('proof.value', String(proof.sealed));
    const person = kind === 'magic-link' ? await this.#enterable(emailIn(value)) : value;
    if (person === undefined) return undefined;
    const [password] = await this.#store.find('sign_in', [equals('person', person), equals('provider', 'credential')]);
    const latest = Math.max(Number(password?.changed_at ?? 0), (await this.addressChangedAt(person)) ?? 0);
    return latest <= Number(proof.created_at) ? person : undefined;
  }

  /** False: the code was taken already. Of two that take it at once one gets it, at whichever replica. */
  async takeCode(code: { person: string; code: string }, now: number): Promise<boolean> {
    const id = this.#codeId(code);
    await this.#store.remove('proof', [equals('id', id), { column: 'expires_at', is: 'lt', value: now, join: 'and' }]);
    const sealed = this.#vault.seal('proof.value', '');
    const at = { expires_at: now + codeUsableMs, created_at: now, changed_at: now };
    try {
      await this.#store.add('proof', { id, identifier_hash: id, sealed, ...at });
      return true;
    } catch (thrown) {
      if ((await this.#store.count('proof', [equals('id', id)])) === 0) throw thrown;
      return false;
    }
  }

  async freeCode(code: { person: string; code: string }): Promise<void> {
    await this.#store.remove('proof', [equals('id', this.#codeId(code))]);
  }

  #codeId({ person, code }: { person: string; code: string }): string {
    return this.#vault.lookUp('used code', `${person}:${code}`);
  }

  async #enterable(email: string): Promise<string | undefined> {
    return (await this.entryByLink(email)) === 'open' ? String((await this.#rowOf(email))?.id) : undefined;
  }

  async #rowOf(email: string) {
    const hash = this.#vault.lookUp('person.email', email.trim().toLowerCase());
    return (await this.#store.find('person', [equals('email_hash', hash)]))[0];
  }

  async #read(where: Parameters<PeopleStore['find']>[1]): Promise<readonly Person[]> {
    const rows = await this.#store.find('person', where, { limit: listMax });
    return await Promise.all(
      rows.map(async (row) => {
        const key = String(row.id);
        const sealedKey = await this.#keyOf(key);
        const open = (field: string, sealed: unknown) =>
          this.#vault.openFor(key, { sealedKey, field, sealed: String(sealed) });
        const [name, email] = [open('name', row.name), open('email', row.email)];
        return { key, id: String(row.actor), name, email, verified: Number(row.email_verified) === 1 };
      }),
    );
  }

  async #keyOf(person: string): Promise<string> {
    const [row] = await this.#store.find('person_key', [{ column: 'person', is: 'eq', value: person, join: 'and' }]);
    return String(row?.sealed);
  }
}

function equals(column: string, value: string) {
  return { column, is: 'eq', value, join: 'and' } as const;
}
