import { Buffer } from 'node:buffer';
import type { PeopleStore } from '#store/people/people-store.ts';
import { readFields } from '../account/read-fields.ts';
import { textIn, told, tooMany } from '../people/auth-answers.ts';
import type { BrowserRequest } from '../people/library-door.ts';
import type { OpenedSession } from '../people/open-session.ts';
import type { PersonBook } from '../people/person-book.ts';
import type { PersonVault } from '../people/person-vault.ts';
import { cookiePrefix, type Site } from '../people/site.ts';
import { Tries } from '../people/tries.ts';
import { Challenges } from './challenges.ts';
import type { Claims, Elsewhere, SignInProvider } from './elsewhere.ts';
import type { Passkeys } from './passkeys.ts';
import { SignIns } from './sign-ins.ts';
import type { Wallets } from './wallets.ts';

type Opening = { readonly person: string; readonly isWhole: boolean };

export type EntrancesOptions = {
  readonly store: () => Promise<PeopleStore>;
  readonly book: () => Promise<PersonBook>;
  readonly vault: PersonVault;
  readonly providers: readonly SignInProvider[];
  readonly open: (request: BrowserRequest, site: Site, opening: Opening) => Promise<OpenedSession | undefined>;
  /** An account for whoever another site knows by a confirmed address; undefined where accounts are made by invitation. */
  readonly make: (person: { readonly email: string; readonly name: string }) => Promise<string | undefined>;
  now(): number;
};

const minuteMs = 60_000;
const [stateSeconds, triesMax, allMax] = [600, 120, 20_000];

type Asked = { readonly request: BrowserRequest; readonly site: Site; readonly body: string };

/** Ways in beside the password. What each needs is loaded for the first who takes it. */
export class Entrances {
  readonly #options: EntrancesOptions;
  readonly challenges: Challenges;
  readonly signIns: SignIns;
  readonly #tries: Tries;
  #passkeys: Promise<Passkeys> | undefined;
  #wallets: Promise<Wallets> | undefined;
  #elsewhere: Promise<Elsewhere> | undefined;

  constructor(options: EntrancesOptions) {
    this.#options = options;
    this.challenges = new Challenges(options);
    this.signIns = new SignIns(options);
    this.#tries = new Tries(options.now);
  }

  passkeys(): Promise<Passkeys> {
    const { challenges } = this;
    this.#passkeys ??= import('./passkeys.ts').then((own) => new own.Passkeys({ ...this.#options, challenges }));
    return this.#passkeys;
  }

  wallets(): Promise<Wallets> {
    const { challenges } = this;
    this.#wallets ??= import('./wallets.ts').then((own) => new own.Wallets({ ...this.#options, challenges }));
    return this.#wallets;
  }

  elsewhere(): Promise<Elsewhere> {
    const { challenges } = this;
    this.#elsewhere ??= import('./elsewhere.ts').then((own) => new own.Elsewhere({ ...this.#options, challenges }));
    return this.#elsewhere;
  }

  has(method: string, name: string): boolean {
    return Object.hasOwn(this.#doors, `${method} ${name}`);
  }

  /** What was asked of one of the addresses that `has` knows, from one of our own pages. */
  async handle(request: BrowserRequest, { site, name, body }: Omit<Asked, 'request'> & { readonly name: string }) {
    const late = this.#late(request);
    if (late) return late;
    const door = this.#doors[`${request.method} ${name}`];
    return door ? await door({ request, site, body }) : told(404, 'NOT_FOUND', 'There is nothing at this address.');
  }

  readonly #doors: Readonly<Record<string, (asked: Asked) => Promise<Response>>> = {
    'GET doors': async () => {
      const providers = this.#options.providers.map(({ name, label }) => ({ name, label }));
      return Response.json({ data: { providers } });
    },
    'POST passkey/begin': async ({ site }) => {
      const begun = await (await this.passkeys()).beginUse(site);
      return 'refused' in begun ? told(400, 'NO_PASSKEYS_HERE', String(begun.refused)) : Response.json({ data: begun });
    },
    'POST passkey/enter': async ({ request, site, body }) => {
      const { response } = fieldsOf(body);
      const person = isObject(response) ? await (await this.passkeys()).use(site, response) : undefined;
      if (person === undefined) return told(401, 'NOT_KNOWN', 'This passkey opens nothing here.');
      return await this.#enter(request, site, { person, isWhole: true });
    },
    'POST wallet/begin': async ({ site, body }) => {
      const message = await (await this.wallets()).begin({ ...walletIn(fieldsOf(body)), site });
      return message === undefined ? told(400, 'INVALID', notWallet) : Response.json({ data: { message } });
    },
    'POST wallet/enter': async ({ request, site, body }) => {
      const fields = fieldsOf(body);
      const signed = { message: textIn(fields, 'message') ?? '', signature: textIn(fields, 'signature') ?? '' };
      const address = await (await this.wallets()).signer(site, signed);
      const person = address && (await this.signIns.holder({ provider: 'wallet', subject: address }));
      if (!person) return told(401, 'NOT_KNOWN', 'This wallet opens nothing here: sign in, and add it in Settings.');
      return await this.#enter(request, site, { person, isWhole: false });
    },
    'POST elsewhere/begin': async ({ site, body }) => {
      const fields = fieldsOf(body);
      const begun = await this.leave(site, {
        provider: textIn(fields, 'provider') ?? '',
        next: textIn(fields, 'next'),
      });
      if (!begun) return told(404, 'NOT_FOUND', noProvider);
      return Response.json({ data: { url: begun.url } }, { headers: { 'set-cookie': begun.cookie } });
    },
  };

  /** Where a browser goes to sign in at another site, and by what it is known when it comes back. */
  async leave(
    site: Site,
    { provider, next, person }: { provider: string; next?: string | undefined; person?: string | undefined },
  ): Promise<{ readonly url: string; readonly cookie: string } | undefined> {
    // Only our own pages: whoever made a link may not send people elsewhere.
    const isOwn = next !== undefined && /^\/(?![/\\])/.test(next) && next.length < 300;
    const journey = { provider, next: isOwn ? next : '/', ...(person === undefined ? {} : { person }) };
    const begun = await (await this.elsewhere()).begin(journey, callbackOf(site, provider)).catch(() => undefined);
    if (!begun) return undefined;
    const secure = site.isSecure ? '; Secure' : '';
    const cookie = `${stateCookie(site)}=${begun.state}; Max-Age=${stateSeconds}; Path=/; HttpOnly; SameSite=Lax${secure}`;
    return { url: begun.url, cookie };
  }

  /** A browser comes back from another site. Where it goes on to says what came of it. */
  async comeBack(
    request: BrowserRequest,
    site: Site,
    back: { provider: string; query: Readonly<Record<string, string>> },
  ) {
    if (this.#late(request)) return goTo('/sign-in?refused=many');
    const { state = '', code = '', iss: issuer } = back.query;
    const isOwn = state !== '' && request.cookies.split(/;\s*/).includes(`${stateCookie(site)}=${state}`);
    const answer = { state, code, issuer };
    const found = isOwn && (await (await this.elsewhere()).finish(answer, callbackOf(site, back.provider)));
    if (!found || found.journey.provider !== back.provider) return goTo('/sign-in?refused=elsewhere');
    const { journey, claims } = found;
    const holder = await this.signIns.holder(claims);
    if (journey.person !== undefined) {
      const isFree = holder === undefined && (await this.signIns.add(journey.person, claims, labelOf(claims)));
      return goTo(isFree || holder === journey.person ? '/settings' : '/settings?refused=taken');
    }
    const person = holder ?? (await this.#recognise(claims));
    const opened = person && (await this.#options.open(request, site, { person, isWhole: false }));
    if (!opened) return goTo('/sign-in?refused=unknown');
    const next = encodeURIComponent(journey.next);
    return goTo(opened.needsCode ? `/sign-in?step=code&next=${next}` : journey.next, opened.setCookies);
  }

  /** By a confirmed address alone: confirmed there, and confirmed here where somebody has an account with it. */
  async #recognise(claims: Claims): Promise<string | undefined> {
    const { email, isVerified, name = '' } = claims;
    if (email === undefined || !isVerified) return undefined;
    const known = await (await this.#options.book()).byEmail(email);
    if (known && !known.verified) return undefined;
    const person = known?.key ?? (await this.#options.make({ email, name: name || email }));
    if (person !== undefined) await this.signIns.add(person, claims, labelOf(claims));
    return person;
  }

  async #enter(request: BrowserRequest, site: Site, opening: Opening): Promise<Response> {
    const opened = await this.#options.open(request, site, opening);
    if (!opened) return told(401, 'NOT_KNOWN', 'This opens nothing here.');
    const answer = Response.json({ twoFactorRedirect: opened.needsCode });
    for (const cookie of opened.setCookies) answer.headers.append('set-cookie', cookie);
    return answer;
  }

  /** What is kept for each who begins is bounded, however many networks there are. */
  #late({ network }: BrowserRequest): Response | undefined {
    const own = `network ${this.#options.vault.lookUp('network', network)}`;
    const late = this.#tries.begin([
      { key: own, max: triesMax, windowMs: 10 * minuteMs },
      { key: 'all', max: allMax, windowMs: 10 * minuteMs },
    ]);
    return late && tooMany(late, 'Too many tries from here.');
  }
}

const notWallet = 'Say the address of the wallet as 0x and 40 digits, and the number of its chain.';
const noProvider = 'Nobody signs in there for this Fairlead, or it does not answer just now.';

function walletIn(fields: object): { readonly address: string; readonly chainId: number } {
  const { chain_id: chain } = fields as { readonly chain_id?: unknown };
  const isChain = typeof chain === 'number' && Number.isSafeInteger(chain) && chain > 0;
  return { address: textIn(fields, 'address') ?? '', chainId: isChain ? chain : 1 };
}

function labelOf({ email = '' }: Claims): string {
  return email;
}

function stateCookie(site: Site): string {
  return `${cookiePrefix(site)}.elsewhere`;
}

function callbackOf({ origin }: Site, provider: string): string {
  return `${origin}/api/auth/elsewhere/${encodeURIComponent(provider)}`;
}

function goTo(page: string, setCookies: readonly string[] = []): Response {
  const answer = new Response(null, { status: 303, headers: { location: `/console${page}` } });
  for (const cookie of setCookies) answer.headers.append('set-cookie', cookie);
  return answer;
}

function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  return readFields(Buffer.from(body)) ?? {};
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
