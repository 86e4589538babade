import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { PeopleStore } from '#store/people/people-store.ts';
import { readFields } from '../account/read-fields.ts';
import { readBody } from '../contract/bodies.ts';
import { deviceCookie, knownDevice } from './known-device.ts';
import { Letters } from './letters.ts';
import { HashQueueFull, PasswordHashes } from './password-hash.ts';
import { PersonBook } from './person-book.ts';
import { PersonVault } from './person-vault.ts';
import type { SignInLibrary } from './sign-in-library.ts';
import { SignInLimits } from './sign-in-limits.ts';
import { cookiePrefix, isSameOrigin, plainHttp, type Site, siteOf } from './site.ts';

export type PeopleOptions = {
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly pepper: Uint8Array;
  /** Where people reach this Fairlead, as its operator said; asked for each time, since the set-up page may say it. */
  readonly publicUrl: () => Promise<string | undefined>;
  /** Whether strangers may make themselves an account. */
  readonly signUp: 'open' | 'invited';
  /** The hash of the address that this link's secret invites; undefined where it invites nobody. */
  readonly invited: (tokenHash: string) => Promise<string | undefined>;
  now(): number;
};

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

export type Who =
  | { readonly kind: 'signed-in'; readonly signedIn: SignedIn }
  | { readonly kind: 'nobody' }
  /** It would change something, and comes from a page that is not ours. */
  | { readonly kind: 'cross-site' };

export type NewPerson = { readonly name: string; readonly email: string; readonly password: string };

type Opened = { readonly store: PeopleStore; readonly secure: SignInLibrary; readonly plain: SignInLibrary };

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Strangers leave some places of the queue to those who signed in from the same browser before. */
const strangersWaitingMax = 24;

/** People and their sessions. What it needs is loaded, and opened, for the first who signs in. */
export class People {
  readonly #options: PeopleOptions;
  readonly #vault: PersonVault;
  readonly #hashes = new PasswordHashes();
  readonly #limits: SignInLimits;
  #opening: Promise<Opened> | undefined;

  constructor(options: PeopleOptions) {
    this.#options = options;
    this.#vault = new PersonVault(options.pepper);
    this.#limits = new SignInLimits(options.now);
  }

  async siteOf(request: Pick<BrowserRequest, 'host' | 'forwardedProto'>): Promise<Site | undefined> {
    return siteOf(request, await this.#options.publicUrl());
  }

  /** Who sent this request, by the session in its cookie. */
  async who(request: BrowserRequest): Promise<Who> {
    if (!hasSession(request.cookies)) return { kind: 'nobody' };
    const site = await this.siteOf(request);
    if (!site) return { kind: 'nobody' };
    if (!safeMethods.has(request.method) && !isSameOrigin(request, site)) return { kind: 'cross-site' };
    const signedIn = await this.#session(request, site);
    return signedIn ? { kind: 'signed-in', signedIn } : { kind: 'nobody' };
  }

  /** The sign-in library's own addresses, those of them that we offer. */
  async handle(request: BrowserRequest, body: string): Promise<Response> {
    const site = await this.siteOf(request);
    if (!site) return told(403, 'HTTPS_NEEDED', plainHttp);
    const name = request.path.replace(/^\/api\/auth\//, '');
    if (!offered.has(`${request.method} ${name}`)) return told(404, 'NOT_FOUND', 'There is nothing at this address.');
    if (request.method !== 'GET' && !isSameOrigin(request, site)) {
      return told(403, 'CROSS_SITE', 'This came from a page of another site.');
    }
    if (name === 'sign-up/email') return await this.#signUp(request, site, body);
    if (name === 'sign-in/email') return await this.#signIn(request, site, body);
    return await this.#pass(request, site, body);
  }

  /** The first person, from the set-up page; who was made there before and was cut off signs in instead. */
  async enterFirst(request: BrowserRequest, person: NewPerson): Promise<Entered> {
    const site = await this.siteOf(request);
    if (!site) return { refused: plainHttp };
    const made = await this.#pass({ ...request, path: '/api/auth/sign-up/email' }, site, JSON.stringify(person));
    const { email, password } = person;
    const again = JSON.stringify({ email, password });
    const entered =
      made.status === 422 ? await this.#signIn({ ...request, path: '/api/auth/sign-in/email' }, site, again) : made;
    // What the library answers: an account with its id, or why not.
    const told = (await entered.json()) as { readonly user?: { readonly id: string }; readonly message?: string };
    if (told.user === undefined)
      return { refused: told.message ?? 'This account cannot be made just now. Try again shortly.' };
    return { person: told.user.id, setCookies: entered.headers.getSetCookie() };
  }

  /** An account for whoever was invited at this address, or for everybody where the operator wants that. */
  async #signUp(request: BrowserRequest, site: Site, body: string): Promise<Response> {
    const read = readBody('sign-up', readFields(Buffer.from(body)));
    if ('refused' in read) return told(400, 'INVALID', read.refused);
    const { invitation, ...person } = read.body;
    const isInvited = invitation !== undefined && (await this.#isInvited(invitation, person.email));
    if (invitation !== undefined && !isInvited) {
      return told(
        403,
        'NO_SUCH_INVITATION',
        'This invitation was used, revoked, has expired, or is for another address.',
      );
    }
    if (!isInvited && this.#options.signUp === 'invited') return told(403, 'INVITED_ONLY', invitedOnly);
    const network = this.#vault.lookUp('network', request.network);
    // Each costs a hash, and tells whether the address has an account: a network may ask some of them.
    const late = this.#limits.begin({ network, account: `new ${network}`, device: undefined });
    if (late)
      return told(429, 'TOO_MANY', 'Too many accounts from here. Try again later.', Math.ceil(late.waitMs / 1_000));
    return await this.#pass(request, site, JSON.stringify(person));
  }

  async #isInvited(token: string, email: string): Promise<boolean> {
    const { letters } = this;
    return (await this.#options.invited(letters.tokenHash(token))) === letters.addressHash(email);
  }

  async book(): Promise<PersonBook> {
    const { store } = await this.#open();
    return new PersonBook(store, this.#vault);
  }

  /** Shows a password again; what may be tried is counted as at the sign-in. */
  async prove({ person, session }: SignedIn, password: string): Promise<'proved' | 'wrong' | 'busy'> {
    const attempt = { network: '', account: this.#vault.lookUp('account', person), device: session };
    if (this.#limits.begin(attempt)) return 'busy';
    const book = await this.book();
    const hash = await book.passwordOf(person);
    try {
      if (hash === undefined || !(await this.#hashes.verify({ hash, password }))) return 'wrong';
    } catch (thrown) {
      if (thrown instanceof HashQueueFull) return 'busy';
      throw thrown;
    }
    this.#limits.passed(attempt);
    await book.proved(session, this.#options.now());
    return 'proved';
  }

  /** What an invitation keeps of the address and of its link's secret. */
  get letters(): Letters {
    return new Letters(this.#vault);
  }

  async #signIn(request: BrowserRequest, site: Site, body: string): Promise<Response> {
    const account = this.#vault.lookUp('account', emailIn(body));
    const prefix = cookiePrefix(site);
    const device = knownDevice(this.#vault, { cookies: request.cookies, account, prefix });
    const attempt = { network: this.#vault.lookUp('network', request.network), account, device };
    const isFull = device === undefined && this.#hashes.waiting >= strangersWaitingMax;
    if (isFull) return told(503, 'BUSY', 'Too many people sign in just now. Try again in a moment.', 2);
    const late = this.#limits.begin(attempt);
    if (late) {
      const seconds = Math.ceil(late.waitMs / 1_000);
      const minutes = Math.ceil(seconds / 60);
      return told(
        429,
        'TOO_MANY',
        `Too many wrong passwords. Try again in ${minutes} min, or from a browser where you signed in before.`,
        seconds,
      );
    }
    const answer = await this.#pass(request, site, body);
    if (answer.status !== 401) this.#limits.passed(attempt);
    if (answer.status === 200 && device === undefined) {
      answer.headers.append('set-cookie', deviceCookie(this.#vault, { account, prefix }));
    }
    return answer;
  }

  /** The library sees an origin that was judged here, and what it says of a session's secret stays in the cookie. */
  async #pass(request: BrowserRequest, site: Site, body: string): Promise<Response> {
    const library = await this.#library(site);
    const headers = {
      cookie: request.cookies,
      origin: site.origin,
      'user-agent': request.userAgent,
      'content-type': 'application/json',
    };
    const init = request.method === 'GET' ? { headers } : { method: request.method, headers, body };
    const answer = await library.handler(new Request(`${site.origin}${request.path}`, init));
    return await withoutToken(answer);
  }

  async #session({ cookies, userAgent }: BrowserRequest, site: Site): Promise<SignedIn | undefined> {
    const library = await this.#library(site);
    const headers = new Headers({ cookie: cookies, 'user-agent': userAgent });
    const { response: found, headers: answered } = await library.api.getSession({ headers, returnHeaders: true });
    if (!found) return undefined;
    const { user, session } = found;
    return {
      ...{
        person: user.id,
        id: String(user.actor),
        name: user.name,
        email: user.email,
        verified: user.emailVerified,
      },
      ...{ session: session.id, provedAt: session.provedAt?.getTime() ?? 0, setCookies: answered.getSetCookie() },
    };
  }

  async #library({ isSecure }: Site): Promise<SignInLibrary> {
    const { secure, plain } = await this.#open();
    return isSecure ? secure : plain;
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
    const store = await openPeople(this.#options);
    const newActor = () => `per_${randomBytes(12).toString('hex')}`;
    const shared = { store, vault: this.#vault, hashes: this.#hashes, now: this.#options.now, newActor };
    return {
      store,
      secure: signInLibrary({ ...shared, isSecure: true }),
      plain: signInLibrary({ ...shared, isSecure: false }),
    };
  }
}

export type Entered =
  | { readonly person: string; readonly setCookies: readonly string[] }
  | { readonly refused: string };

const invitedOnly = 'Accounts here are made by invitation: ask whoever runs it, or a member of a workspace.';

const offered: ReadonlySet<string> = new Set([
  'POST sign-up/email',
  'POST sign-in/email',
  'POST sign-out',
  'GET get-session',
]);

function hasSession(cookies: string): boolean {
  return /(?:^|;\s*)(?:__Host-)?fairlead\.session_token=/.test(cookies);
}

function emailIn(body: string): string {
  try {
    const { email } = JSON.parse(body) as { readonly email?: unknown };
    return typeof email === 'string' ? email.toLowerCase().slice(0, 320) : '';
  } catch {
    return '';
  }
}

function told(status: number, code: string, message: string, retryAfter?: number): Response {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return Response.json({ code, message }, { status, headers });
}

async function withoutToken(answer: Response): Promise<Response> {
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  const body: unknown = isJson ? await answer.json() : await answer.text();
  const headers = new Headers(answer.headers);
  headers.delete('content-length');
  if (typeof body !== 'object' || body === null)
    return new Response(isJson ? JSON.stringify(body) : String(body), { status: answer.status, headers });
  const kept = JSON.stringify(body, (name, value: unknown) =>
    name === 'token' || name === 'actor' ? undefined : value,
  );
  return new Response(kept, { status: answer.status, headers });
}
