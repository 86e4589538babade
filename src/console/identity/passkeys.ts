import { randomBytes } from 'node:crypto';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { PeopleStore } from '#store/people/people-store.ts';
import type { PersonBook } from '../people/person-book.ts';
import type { PersonVault } from '../people/person-vault.ts';
import type { Site } from '../people/site.ts';
import type { Challenges } from './challenges.ts';

export type PasskeysOptions = {
  readonly store: () => Promise<PeopleStore>;
  readonly book: () => Promise<PersonBook>;
  readonly challenges: Challenges;
  readonly vault: PersonVault;
  now(): number;
};

export type Passkey = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly usedAt: number | undefined;
};

type Holder = { readonly person: string; readonly name: string; readonly email: string };

/** What is sealed of a passkey: by which a device finds it, and by which we know its signatures. */
type Sealed = { readonly id: string; readonly publicKey: string; readonly transports: readonly string[] };

const passkeysMax = 20;
/** Ed25519, ECDSA with P-256, RSA: by their numbers in COSE. Asked for by name, since trying what else Node can do warns. */
const algorithms = [-8, -7, -257];
const nobody = 'anybody';

/**
 * Passkeys of people. Each asks its device for a finger, a face or a PIN (user verification), so that one is what two factors are.
 * They belong to the name of this site alone.
 */
export class Passkeys {
  readonly #options: PasskeysOptions;

  constructor(options: PasskeysOptions) {
    this.#options = options;
  }

  async list(person: string): Promise<readonly Passkey[]> {
    const book = await this.#options.book();
    const rows = await this.#rowsOf(person);
    return await Promise.all(
      rows.map(async (row) => ({
        id: String(row.id),
        name: await book.openFor(person, 'name', String(row.name)),
        createdAt: Number(row.created_at),
        usedAt: row.used_at === null ? undefined : Number(row.used_at),
      })),
    );
  }

  /** What a browser needs to make one. */
  async beginAdd({ person, name, email }: Holder, site: Site): Promise<object | { readonly refused: string }> {
    const rpID = nameOf(site);
    if (rpID === undefined) return { refused: needsName };
    const own = await this.#credentialsOf(person);
    if (own.length >= passkeysMax) return { refused: `You have ${passkeysMax} passkeys: remove one first.` };
    const options = await generateRegistrationOptions({
      rpName: 'Fairlead',
      rpID,
      userName: email,
      userDisplayName: name,
      userID: new Uint8Array(Buffer.from(person)),
      challenge: new Uint8Array(randomBytes(32)),
      attestationType: 'none',
      supportedAlgorithmIDs: algorithms,
      excludeCredentials: own.map(({ id }) => ({ id })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    await this.#options.challenges.give('passkey-add', options.challenge, person);
    return options;
  }

  /** Undefined: what the browser brought is not what was asked for. */
  async add(person: string, site: Site, given: { name: string; response: object }): Promise<Passkey | undefined> {
    const { challenges, vault, now } = this.#options;
    try {
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        // A body of a browser: the library judges every field of it.
        response: given.response as RegistrationResponseJSON,
        expectedChallenge: async (challenge) => (await challenges.take('passkey-add', challenge)) === person,
        expectedOrigin: site.origin,
        expectedRPID: nameOf(site) ?? '',
        requireUserVerification: true,
        supportedAlgorithmIDs: algorithms,
      });
      if (!verified) return undefined;
      const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
      const book = await this.#options.book();
      const sealed: Sealed = { id, publicKey: Buffer.from(publicKey).toString('base64url'), transports };
      const row = { id: `pk_${randomBytes(12).toString('hex')}`, person, counter, created_at: now() };
      await (await this.#options.store()).add('passkey', {
        ...row,
        credential_hash: vault.lookUp('passkey.credential', id),
        sealed: await book.sealFor(person, 'passkey.sealed', JSON.stringify(sealed)),
        name: await book.sealFor(person, 'name', given.name),
      });
      return { id: row.id, name: given.name, createdAt: row.created_at, usedAt: undefined };
    } catch {
      // Its words quote what a stranger sent. The page asks again, and that is the end of the story.
      return undefined;
    }
  }

  async rename(person: string, id: string, name: string): Promise<boolean> {
    const sealed = await (await this.#options.book()).sealFor(person, 'name', name);
    return (await (await this.#options.store()).change('passkey', own(person, id), { name: sealed })) === 1;
  }

  async remove(person: string, id: string): Promise<boolean> {
    return (await (await this.#options.store()).remove('passkey', own(person, id))) === 1;
  }

  /** What a browser needs to sign with one: of a person where it is known, else with whichever it has for this site. */
  async beginUse(site: Site, person?: string): Promise<object | { readonly refused: string }> {
    const rpID = nameOf(site);
    if (rpID === undefined) return { refused: needsName };
    const known = person === undefined ? [] : await this.#credentialsOf(person);
    if (person !== undefined && known.length === 0) return { refused: 'You have no passkey.' };
    const options = await generateAuthenticationOptions({
      rpID,
      challenge: new Uint8Array(randomBytes(32)),
      userVerification: 'required',
      allowCredentials: known.map(({ id }) => ({ id })),
    });
    await this.#options.challenges.give('passkey-use', options.challenge, person ?? nobody);
    return options;
  }

  /** Whose passkey signed the challenge; undefined where none did, or one of another person than was asked. */
  async use(site: Site, response: object, person?: string): Promise<string | undefined> {
    const store = await this.#options.store();
    const { challenges, vault, now } = this.#options;
    const { id } = response as { readonly id?: unknown };
    const hash = vault.lookUp('passkey.credential', typeof id === 'string' ? id : '');
    const [row] = await store.find('passkey', [equals('credential_hash', hash)]);
    if (!row || (person !== undefined && row.person !== person)) return undefined;
    const holder = String(row.person);
    const { publicKey } = await this.#open(holder, String(row.sealed));
    const counter = Number(row.counter);
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        // A body of a browser: the library judges every field of it.
        response: response as AuthenticationResponseJSON,
        expectedChallenge: async (challenge) =>
          (await challenges.take('passkey-use', challenge)) === (person ?? nobody),
        expectedOrigin: site.origin,
        expectedRPID: nameOf(site) ?? '',
        credential: { id: String(id), publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter },
        requireUserVerification: true,
      });
      if (!verified) return undefined;
      const used = { counter: authenticationInfo.newCounter, used_at: now() };
      // A copy that signs at the same time saw the same count: one of them is let in.
      const isFirst =
        (await store.change('passkey', [equals('id', String(row.id)), equals('counter', counter)], used)) === 1;
      return isFirst ? holder : undefined;
    } catch {
      // A stranger's signature, an older count, another site: whoever asks is told alike.
      return undefined;
    }
  }

  async #rowsOf(person: string) {
    const order = { column: 'created_at', down: false };
    return await (await this.#options.store()).find('passkey', [equals('person', person)], { order });
  }

  async #credentialsOf(person: string): Promise<readonly Sealed[]> {
    return await Promise.all((await this.#rowsOf(person)).map(({ sealed }) => this.#open(person, String(sealed))));
  }

  async #open(person: string, sealed: string): Promise<Sealed> {
    // Written by `add`.
    return JSON.parse(await (await this.#options.book()).openFor(person, 'passkey.sealed', sealed)) as Sealed;
  }
}

const needsName =
  'A passkey belongs to a name, not to a number: come over http://localhost, or over HTTPS at the name of this Fairlead.';

/** Undefined: an address of numbers, at which browsers make no passkeys. */
function nameOf({ origin }: Site): string | undefined {
  const { hostname } = new URL(origin);
  return /^[\d.]+$|^\[/.test(hostname) ? undefined : hostname;
}

function equals(column: string, value: string | number) {
  return { column, is: 'eq', value, join: 'and' } as const;
}

function own(person: string, id: string) {
  return [equals('person', person), equals('id', id)];
}
