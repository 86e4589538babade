import { Buffer } from 'node:buffer';
import type { PeopleStore } from '#store/people/people-store.ts';
import { readFields } from '../account/read-fields.ts';
import { told, tooMany } from '../people/auth-answers.ts';
import type { BrowserRequest } from '../people/library-door.ts';
import type { OpenedSession } from '../people/open-session.ts';
import type { PersonBook } from '../people/person-book.ts';
import type { PersonVault } from '../people/person-vault.ts';
import type { Site } from '../people/site.ts';
import { Tries } from '../people/tries.ts';
import { Challenges } from './challenges.ts';
import type { Passkeys } from './passkeys.ts';

export type EntrancesOptions = {
  readonly store: () => Promise<PeopleStore>;
  readonly book: () => Promise<PersonBook>;
  readonly vault: PersonVault;
  readonly open: (
    request: BrowserRequest,
    site: Site,
    opening: { readonly person: string; readonly isWhole: boolean },
  ) => Promise<OpenedSession | undefined>;
  now(): number;
};

const minuteMs = 60_000;
const entrances: ReadonlySet<string> = new Set(['POST passkey/begin', 'POST passkey/enter']);

/** Ways in beside the password. What each needs is loaded for the first who takes it. */
export class Entrances {
  readonly #options: EntrancesOptions;
  readonly challenges: Challenges;
  readonly #tries: Tries;
  #passkeys: Promise<Passkeys> | undefined;

  constructor(options: EntrancesOptions) {
    this.#options = options;
    this.challenges = new Challenges(options);
    this.#tries = new Tries(options.now);
  }

  passkeys(): Promise<Passkeys> {
    const { challenges } = this;
    this.#passkeys ??= import('./passkeys.ts').then(
      ({ Passkeys: Loaded }) => new Loaded({ ...this.#options, challenges }),
    );
    return this.#passkeys;
  }

  has(method: string, name: string): boolean {
    return entrances.has(`${method} ${name}`);
  }

  /** What was asked of one of the addresses that `has` knows, from one of our own pages. */
  async handle(request: BrowserRequest, { site, name, body }: { site: Site; name: string; body: string }) {
    const late = this.#tries.begin([
      { key: `network ${this.#options.vault.lookUp('network', request.network)}`, max: 120, windowMs: 10 * minuteMs },
      // What is kept for each who begins is bounded, however many networks there are.
      { key: 'all', max: 20_000, windowMs: 10 * minuteMs },
    ]);
    if (late) return tooMany(late, 'Too many tries from here.');
    const passkeys = await this.passkeys();
    if (name === 'passkey/begin') {
      const begun = await passkeys.beginUse(site);
      return 'refused' in begun ? told(400, 'NO_PASSKEYS_HERE', String(begun.refused)) : Response.json({ data: begun });
    }
    const response = readFields(Buffer.from(body))?.response;
    const person = isObject(response) ? await passkeys.use(site, response) : undefined;
    if (person === undefined) return told(401, 'NOT_KNOWN', 'This passkey opens nothing here.');
    return await this.#enter(request, site, { person, isWhole: true });
  }

  async #enter(request: BrowserRequest, site: Site, opening: { readonly person: string; readonly isWhole: boolean }) {
    const opened = await this.#options.open(request, site, opening);
    if (!opened) return told(401, 'NOT_KNOWN', 'This opens nothing here.');
    const answer = Response.json({ twoFactorRedirect: opened.needsCode });
    for (const cookie of opened.setCookies) answer.headers.append('set-cookie', cookie);
    return answer;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
