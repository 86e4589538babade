import { randomBytes } from 'node:crypto';
import type { PeopleStore } from '#store/people/people-store.ts';
import { withoutToken } from './auth-answers.ts';
import { type Opening, openSession } from './open-session.ts';
import type { PasswordHashes } from './password-hash.ts';
import type { PersonVault } from './person-vault.ts';
import type { SignInLibrary } from './sign-in-library.ts';
import type { Site } from './site.ts';

/** A request of a browser, as far as signing in goes. */
export type BrowserRequest = {
  readonly method: string;
  readonly path: string;
  readonly cookies: string;
  readonly host: string | undefined;
  readonly forwardedProto: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly userAgent: string;
  /** The caller's network, as the gateway says. */
  readonly network: string;
};

export type SignedIn = {
  /** Of people.db alone. */
  readonly person: string;
  /** What the person is called by everywhere else, also in logs of changes: a pseudonym. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly verified: boolean;
  readonly session: string;
  /** When a password or another proof was last given in this session. */
  readonly provedAt: number;
  /** What the browser is to keep instead, where the session's cookie was renewed. */
  readonly setCookies: readonly string[];
};

export type LetterKind = 'verify' | 'reset' | 'magic-link' | 'taken' | 'address-old' | 'address-new';

export type LibraryDoorOptions = {
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly vault: PersonVault;
  readonly hashes: PasswordHashes;
  /** A letter with the secret of a link. */
  readonly write: (kind: LetterKind, to: string, token: string) => Promise<void>;
  now(): number;
};

const sweepMs = 3_600_000;

type Opened = {
  readonly store: PeopleStore;
  readonly secure: SignInLibrary;
  readonly plain: SignInLibrary;
  readonly untold: SignInLibrary;
};

/** The way to the sign-in library and its database: loaded, and opened, for the first who needs them. */
export class LibraryDoor {
  readonly #options: LibraryDoorOptions;
  #opening: Promise<Opened> | undefined;

  constructor(options: LibraryDoorOptions) {
    this.#options = options;
  }

  async store(): Promise<PeopleStore> {
    return (await this.#open()).store;
  }

  /** The library sees an origin that was judged before, and what it says of a session's secret stays in the cookie. */
  async pass(request: BrowserRequest, site: Site, body: string): Promise<Response> {
    return await ask(await this.#library(site), request, { origin: site.origin, body });
  }

  /** Makes an account without a session. For an address that has one the answer is the same, and a letter there says so. */
  async passUntold(request: BrowserRequest, { origin }: Site, body: string): Promise<Response> {
    return await ask((await this.#open()).untold, request, { origin, body });
  }

  async session({ cookies, userAgent }: BrowserRequest, site: Site): Promise<SignedIn | undefined> {
    const library = await this.#library(site);
    const headers = new Headers({ cookie: cookies, 'user-agent': userAgent });
    const { response: found, headers: answered } = await library.api.getSession({ headers, returnHeaders: true });
    if (!found) return undefined;
    const { user, session } = found;
    return {
      ...{ person: user.id, id: String(user.actor), name: user.name, email: user.email, verified: user.emailVerified },
      ...{ session: session.id, provedAt: session.provedAt?.getTime() ?? 0, setCookies: answered.getSetCookie() },
    };
  }

  /** Lets in whoever showed who he is by a passkey, a wallet or at another site. */
  async openSession({ userAgent }: BrowserRequest, site: Site, opening: Omit<Opening, 'userAgent'>) {
    return await openSession(await this.#library(site), this.#options.vault, { ...opening, userAgent });
  }

  /** An account without a password, for whoever another site knows by a confirmed address; its id. */
  async makePerson(person: { readonly email: string; readonly name: string }): Promise<string> {
    const { plain } = await this.#open();
    const { internalAdapter } = await plain.$context;
    return (await internalAdapter.createUser({ ...person, emailVerified: true }, { method: 'oauth' })).id;
  }

  /** Writes the letter again that confirms an address. */
  async askToConfirm(email: string): Promise<void> {
    const { plain } = await this.#open();
    await plain.api.sendVerificationEmail({ body: { email } });
  }

  async #library({ isSecure }: Site): Promise<SignInLibrary> {
    const { secure, plain } = await this.#open();
    return isSecure ? secure : plain;
  }

  /** What has expired tells nobody anything, and goes. */
  async #sweep(store: PeopleStore): Promise<void> {
    const isOver = [{ column: 'expires_at', is: 'lt', value: this.#options.now(), join: 'and' }] as const;
    await store.remove('session', isOver);
    await store.remove('proof', isOver);
    await store.remove('new_address', isOver);
  }

  #open(): Promise<Opened> {
    this.#opening ??= this.#load().catch((thrown: unknown) => {
      this.#opening = undefined;
      throw thrown;
    });
    return this.#opening;
  }

  async #load(): Promise<Opened> {
    const [{ signInLibrary }, { openPeople }] = await Promise.all([
      import('./sign-in-library.ts'),
      import('#store/people/people-store.ts'),
    ]);
    const { vault, hashes, write, now, dataDir, databaseUrl } = this.#options;
    const store = await openPeople({ dataDir, databaseUrl });
    const sweep = () => void this.#sweep(store).catch(() => {});
    sweep();
    setInterval(sweep, sweepMs).unref();
    const newActor = () => `per_${randomBytes(12).toString('hex')}`;
    const shared = { store, vault, hashes, write, now, newActor };
    return {
      store,
      secure: signInLibrary({ ...shared, isSecure: true, tells: true }),
      plain: signInLibrary({ ...shared, isSecure: false, tells: true }),
      untold: signInLibrary({ ...shared, isSecure: true, tells: false }),
    };
  }
}

type Asked = { readonly origin: string; readonly body: string };

async function ask(library: SignInLibrary, request: BrowserRequest, { origin, body }: Asked): Promise<Response> {
  const headers = {
    cookie: request.cookies,
    origin,
    'user-agent': request.userAgent,
    'content-type': 'application/json',
  };
  const init = request.method === 'GET' ? { headers } : { method: request.method, headers, body };
  return await withoutToken(await library.handler(new Request(`${origin}${request.path}`, init)));
}
