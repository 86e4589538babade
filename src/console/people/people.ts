import { Buffer } from 'node:buffer';
import { holdsCardNumber } from '#core/privacy/card-number.ts';
import type { PeopleStore } from '#store/people/people-store.ts';
import { readFields } from '../account/read-fields.ts';
import { noCards, readBody } from '../contract/bodies.ts';
import { Entrances } from '../identity/entrances.ts';
import { NewAddresses } from '../identity/new-addresses.ts';
import { PersonRecords } from '../rights/person-records.ts';
import {
  busy,
  codeUsed,
  emailIn,
  guessable,
  lettered,
  linkOver,
  offered,
  signInFirst,
  textIn,
  told,
  tooMany,
  withRenewed,
} from './auth-answers.ts';
import { HashTurns } from './hash-turns.ts';
import { deviceCookie, knownDevice } from './known-device.ts';
import { type Inviting, LetterLimits } from './letter-limits.ts';
import { letterOf, letterPages } from './letter-texts.ts';
import { Letters } from './letters.ts';
import { type BrowserRequest, type LetterKind, LibraryDoor, type SignedIn } from './library-door.ts';
import { HashQueueFull, PasswordHashes } from './password-hash.ts';
import type { PeopleOptions } from './people-options.ts';
import { PersonBook } from './person-book.ts';
import { PersonVault } from './person-vault.ts';
import { secondStepIn } from './second-step.ts';
import { SignInLimits } from './sign-in-limits.ts';
import { cookiePrefix, hasSession, isSameOrigin, plainHttp, type Site, siteOf } from './site.ts';

export type Who =
  | { readonly kind: 'signed-in'; readonly signedIn: SignedIn }
  | { readonly kind: 'nobody' }
  /** It would change something, and comes from a page that is not ours. */
  | { readonly kind: 'cross-site' };

export type NewPerson = { readonly name: string; readonly email: string; readonly password: string };

export type Entered =
  | { readonly person: string; readonly setCookies: readonly string[] }
  | { readonly refused: string };

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Strangers leave some places of the queue to those who signed in from the same browser before. */
const strangersWaitingMax = 24;

/** People and their sessions. What it needs is loaded, and opened, for the first who signs in. */
export class People {
  readonly #options: PeopleOptions;
  readonly #vault: PersonVault;
  readonly #hashes = new PasswordHashes();
  readonly #limits: SignInLimits;
  /** Of people alone who are known by a session, a letter's secret or a password: junk never comes into it. */
  readonly #guesses: SignInLimits;
  readonly #letterLimits: LetterLimits;
  readonly #turns = new HashTurns();
  readonly #library: LibraryDoor;
  /** Passkeys, and whatever else lets in beside the password. */
  readonly entrances: Entrances;
  readonly newAddresses: NewAddresses;

  constructor(options: PeopleOptions) {
    const { dataDir, databaseUrl, now } = options;
    this.#options = options;
    this.#vault = new PersonVault(options.pepper);
    this.#limits = new SignInLimits(now);
    this.#guesses = new SignInLimits(now);
    this.#letterLimits = new LetterLimits(now);
    const write = (kind: LetterKind, to: string, token: string) => this.#write(kind, to, token);
    this.#library = new LibraryDoor({ dataDir, databaseUrl, now, vault: this.#vault, hashes: this.#hashes, write });
    const shared = { now, vault: this.#vault, store: () => this.#library.store(), book: () => this.book() };
    this.newAddresses = new NewAddresses({
      ...{ ...shared, isClosing: options.isClosing ?? (async () => false) },
      write: (kind, to, token) => this.send(kind, to, token),
    });
    this.entrances = new Entrances({
      ...shared,
      providers: options.providers ?? [],
      open: (request, site, opening) => this.#library.openSession(request, site, opening),
      make: (person) => this.#makeUnasked(person),
    });
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
    const signedIn = await this.#library.session(request, site);
    return signedIn ? { kind: 'signed-in', signedIn } : { kind: 'nobody' };
  }

  /** The sign-in library's own addresses, those of them that we offer. */
  async handle(request: BrowserRequest, body: string): Promise<Response> {
    const site = await this.siteOf(request);
    if (!site) return told(403, 'HTTPS_NEEDED', plainHttp);
    const name = request.path.replace(/^\/api\/auth\//, '');
    const isEntrance = this.entrances.has(request.method, name);
    if (!isEntrance && !offered.has(`${request.method} ${name}`))
      return told(404, 'NOT_FOUND', 'There is nothing at this address.');
    if (request.method !== 'GET' && !isSameOrigin(request, site)) {
      return told(403, 'CROSS_SITE', 'This came from a page of another site.');
    }
    if (isEntrance) return await this.entrances.handle(request, { site, name, body });
    if (name === 'sign-up/email') return await this.#signUp(request, site, body);
    if (name === 'sign-in/email') return await this.#signIn(request, site, body);
    if (lettered.has(name)) return await this.#letter(request, site, body);
    if (guessable.has(name)) return await this.#guess(request, site, body);
    return await this.#library.pass(request, site, body);
  }

  /** The first person, from the set-up page; who was made there before and was cut off signs in instead. */
  async enterFirst(request: BrowserRequest, person: NewPerson): Promise<Entered> {
    const site = await this.siteOf(request);
    if (!site) return { refused: plainHttp };
    if (holdsCardNumber(person.name)) return { refused: noCards };
    const made = await this.#make(request, site, person);
    const { email, password } = person;
    const again = JSON.stringify({ email, password });
    const entered =
      made.status === 422 ? await this.#signIn({ ...request, path: '/api/auth/sign-in/email' }, site, again) : made;
    // What the library answers: an account with its id, or why not.
    const told = (await entered.json()) as { readonly user?: { readonly id: string }; readonly message?: string };
    if (told.user === undefined) {
      return { refused: told.message ?? 'This account cannot be made just now. Try again shortly.' };
    }
    return { person: told.user.id, setCookies: entered.headers.getSetCookie() };
  }

  /** Follows the link of a letter: whether it worked, and what the browser is to keep. */
  async follow(
    request: BrowserRequest,
    kind: 'verify' | 'magic-link',
    token: string,
  ): Promise<{ readonly isDone: boolean; readonly setCookies: readonly string[] }> {
    const site = await this.siteOf(request);
    const isOver =
      kind === 'magic-link' && !(await (await this.book()).holderOf(kind, { secret: token, now: this.#options.now() }));
    if (!site || isOver) return { isDone: false, setCookies: [] };
    const path = `/api/auth/${kind === 'verify' ? 'verify-email' : 'magic-link/verify'}?token=${encodeURIComponent(token)}`;
    const answer = await this.#library.pass({ ...request, method: 'GET', path }, site, '');
    const isDone =
      answer.status === 200 || (answer.status === 302 && !/[?&]error=/.test(answer.headers.get('location') ?? ''));
    return { isDone, setCookies: isDone ? answer.headers.getSetCookie() : [] };
  }

  store(): Promise<PeopleStore> {
    return this.#library.store();
  }

  async book(): Promise<PersonBook> {
    return new PersonBook(await this.#library.store(), this.#vault);
  }

  /** What is kept about one person, for that person. */
  async records(): Promise<PersonRecords> {
    return new PersonRecords(await this.#library.store(), this.#vault);
  }

  /** Shows a password again; what may be tried is counted as at the sign-in. */
  async prove(signedIn: SignedIn, password: string): Promise<'proved' | 'wrong' | 'busy'> {
    const free = this.#turns.take({ person: signedIn.person, network: undefined });
    if (!free) return 'busy';
    try {
      return await this.#prove(signedIn, password);
    } finally {
      free();
    }
  }

  async proveByPasskey({ person, session }: SignedIn, site: Site, response: object): Promise<boolean> {
    if ((await (await this.entrances.passkeys()).use(site, response, person)) === undefined) return false;
    await (await this.book()).proved(session, this.#options.now());
    return true;
  }

  async #prove({ person, session }: SignedIn, password: string): Promise<'proved' | 'wrong' | 'busy'> {
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

  /** Whether letters are sent, or wait in the outbox for an operator to hand them over. */
  get sends(): boolean {
    return this.#options.post.sends;
  }

  /** How long whoever asks for so many letters about an address is to wait. */
  writeLater(signedIn: SignedIn): { readonly waitMs: number } | undefined {
    const { person, session } = signedIn;
    return this.#letterLimits.link({ network: '', account: this.#vault.lookUp('address', person), device: session });
  }

  /** How long whoever invites so many is to wait. */
  inviteLater(inviting: Inviting): { readonly waitMs: number } | undefined {
    return this.#letterLimits.invitation(inviting);
  }

  /** Sends a letter with this link; false where nobody sends letters, so that whoever asked must hand the link over. */
  async send(kind: keyof typeof letterPages, to: string, token: string): Promise<{ link: string; isSent: boolean }> {
    const { post, publicUrl } = this.#options;
    const base = (await publicUrl())?.replace(/\/$/, '') ?? '';
    const link = `${base}/${letterPages[kind]}/${token}`;
    post.post(letterOf(kind, { to, link, operator: base }));
    return { link, isSent: post.sends };
  }

  /** An account for whoever was invited at this address, or for everybody where the operator wants that. */
  async #signUp(request: BrowserRequest, site: Site, body: string): Promise<Response> {
    const read = readBody('sign-up', readFields(Buffer.from(body)));
    if ('refused' in read) return told(400, 'INVALID', read.refused);
    const { invitation, ...person } = read.body;
    const isInvited = invitation !== undefined && (await this.#isInvited(invitation, person.email));
    if (invitation !== undefined && !isInvited) return told(403, 'NO_SUCH_INVITATION', noInvitation);
    if (!isInvited && this.#options.signUp === 'invited') return told(403, 'INVITED_ONLY', invitedOnly);
    const network = this.#vault.lookUp('network', request.network);
    // Each costs a hash, and tells whether the address has an account: a network may ask some of them.
    const late = this.#limits.begin({ network, account: `new ${network}`, device: undefined });
    if (late) return tooMany(late, 'Too many accounts from here.');
    return await this.#inTurn(request, `new ${person.email}`, () =>
      isInvited
        ? this.#make(request, site, person, Letters.wasMailed(invitation) ? 'mailed' : 'known')
        : this.#makeUntold(request, site, person),
    );
  }

  /** For a stranger, who is not told whether the address had an account before: that stands in a letter to it. */
  async #makeUntold(request: BrowserRequest, site: Site, person: NewPerson): Promise<Response> {
    const answer = await this.#make(request, site, person, 'untold');
    // Of two who make one account at the same moment the library refuses one, and only where there was none before.
    const isThere = answer.status === 422 && (await (await this.book()).byEmail(person.email)) !== undefined;
    return answer.status === 200 || isThere ? Response.json({ status: true }) : answer;
  }

  /** Makes the account, with what its person accepted, and when. Whoever followed a letter to make it has its address. */
  async #make(
    request: BrowserRequest,
    site: Site,
    person: NewPerson,
    maker: 'known' | 'mailed' | 'untold' = 'known',
  ): Promise<Response> {
    const path = '/api/auth/sign-up/email';
    const [asked, body] = [{ ...request, method: 'POST', path }, JSON.stringify(person)];
    const answer = await (maker === 'untold'
      ? this.#library.passUntold(asked, site, body)
      : this.#library.pass(asked, site, body));
    if (answer.status !== 200) return answer;
    const made = (await answer.clone().json()) as { readonly user?: { readonly id: string } };
    const [version, book] = await Promise.all([this.#options.policyVersion(), this.book()]);
    if (made.user && version !== undefined) await book.accepted(made.user.id, version, this.#options.now());
    if (made.user && maker === 'mailed') await book.confirmed(made.user.id, this.#options.now());
    return answer;
  }

  /** Whoever comes from another site accepts what its door says, as at the sign-up. */
  async #makeUnasked(person: { readonly email: string; readonly name: string }): Promise<string | undefined> {
    if (this.#options.signUp !== 'open' || holdsCardNumber(person.name)) return undefined;
    const id = await this.#library.makePerson(person);
    const version = await this.#options.policyVersion();
    if (version !== undefined) await (await this.book()).accepted(id, version, this.#options.now());
    return id;
  }

  async #isInvited(token: string, email: string): Promise<boolean> {
    const { letters } = this;
    return (await this.#options.invited(letters.tokenHash(token))) === letters.addressHash(email);
  }

  async #signIn(request: BrowserRequest, site: Site, body: string): Promise<Response> {
    const account = this.#vault.lookUp('account', emailIn(body));
    const prefix = cookiePrefix(site);
    const device = knownDevice(this.#vault, { cookies: request.cookies, account, prefix });
    const attempt = { network: this.#vault.lookUp('network', request.network), account, device };
    const isFull = device === undefined && this.#hashes.waiting >= strangersWaitingMax;
    if (isFull) return busy();
    return await this.#inTurn(request, `${account} ${device ?? ''}`, async () => {
      const late = this.#limits.begin(attempt);
      if (late) return tooMany(late, 'Too many wrong passwords. A browser where you signed in before still may.');
      const answer = await this.#library.pass(request, site, body);
      if (answer.status !== 401) this.#limits.passed(attempt);
      if (answer.status === 200 && device === undefined) {
        answer.headers.append('set-cookie', deviceCookie(this.#vault, { account, prefix }));
      }
      return answer;
    });
  }

  /** What costs a hash: nobody fills the queue alone. */
  async #inTurn({ network }: BrowserRequest, person: string, work: () => Promise<Response>): Promise<Response> {
    const free = this.#turns.take({ person, network });
    if (!free) return busy();
    try {
      return await work();
    } finally {
      free();
    }
  }

  /** The same answer whether or not there is such an account; and not many of them. */
  async #letter(request: BrowserRequest, site: Site, body: string): Promise<Response> {
    const account = this.#vault.lookUp('account', emailIn(body));
    const device = knownDevice(this.#vault, { cookies: request.cookies, account, prefix: cookiePrefix(site) });
    const late = this.#letterLimits.link({ network: this.#vault.lookUp('network', request.network), account, device });
    if (late) return tooMany(late, 'Too many letters were asked for.');
    const answer = await this.#library.pass(request, site, JSON.stringify({ email: emailIn(body) }));
    return answer.status >= 500 ? answer : Response.json({ status: true });
  }

  /** What a person may try who is known already, by whatever the library goes by too; nobody else uses up what he has. */
  async #guess(request: BrowserRequest, site: Site, body: string): Promise<Response> {
    const name = request.path.replace(/^\/api\/auth\//, '');
    const fields = readFields(Buffer.from(body));
    const holder = await (name === 'reset-password'
      ? this.#holderOf('reset', textIn(fields, 'token'))
      : this.#holder(request, site));
    if (!holder) return name === 'reset-password' ? linkOver() : signInFirst();
    const account = this.#vault.lookUp('guess', `${name === 'reset-password'}:${holder.person}`);
    const attempt = { network: '', account, device: 'guess' };
    const late = this.#guesses.begin(attempt);
    if (late) return tooMany(late, 'Too many wrong answers.');
    // Whoever changes a password does it since somebody may know the old one.
    const all = name === 'change-password' ? JSON.stringify({ ...fields, revokeOtherSessions: true }) : body;
    const pass = () => this.#inTurn(request, holder.person, () => this.#library.pass(request, site, all));
    const answer = await (name === 'two-factor/verify-totp'
      ? this.#passOnce({ person: holder.person, code: textIn(fields, 'code') }, pass)
      : pass());
    if (answer.status < 400) this.#guesses.passed(attempt);
    return withRenewed(answer, holder.setCookies);
  }

  /** Whose session this is, or whose sign-in that waits for a second factor. */
  async #holder(request: BrowserRequest, site: Site): Promise<Holder | undefined> {
    const signedIn = await this.#library.session(request, site);
    if (signedIn) return signedIn;
    const { cookies } = request;
    return await this.#holderOf('second-step', secondStepIn(this.#vault, { cookies, prefix: cookiePrefix(site) }));
  }

  async #holderOf(kind: 'reset' | 'second-step', secret: string | undefined): Promise<Holder | undefined> {
    if (secret === undefined) return undefined;
    const person = await (await this.book()).holderOf(kind, { secret, now: this.#options.now() });
    return person === undefined ? undefined : { person, setCookies: [] };
  }

  /** A code that let somebody in lets nobody in again (RFC 6238 §5.2). */
  async #passOnce(
    used: { person: string; code: string | undefined },
    pass: () => Promise<Response>,
  ): Promise<Response> {
    const code = { person: used.person, code: used.code ?? '' };
    const book = await this.book();
    if (!(await book.takeCode(code, this.#options.now()))) return codeUsed();
    const answer = await pass();
    if (answer.status >= 400) await book.freeCode(code);
    return answer;
  }

  /**
   * A link that signs in goes to who has an account, and no second factor that it would go around. Whoever never confirmed his
   * address is asked to do that: to the library a link proves that it is his, and whatever password it had somebody else's.
   */
  async #write(kind: LetterKind, to: string, token: string): Promise<void> {
    if (kind === 'taken' && this.#letterLimits.taken(this.#vault.lookUp('account', to))) return;
    const entry = kind === 'magic-link' ? await (await this.book()).entryByLink(to) : 'open';
    if (entry === 'unconfirmed') await this.#library.askToConfirm(to);
    if (entry === 'open') await this.send(kind, to, token);
  }
}

const invitedOnly = 'Accounts here are made by invitation: ask whoever runs it, or a member of a workspace.';
const noInvitation = 'This invitation was used, revoked, has expired, or is for another address.';

type Holder = { readonly person: string; readonly setCookies: readonly string[] };
