import { createHmac } from 'node:crypto';
import { Content } from '#core/generation/content.ts';
import { formatUsd } from '#core/money/nano.ts';
import { AddressLists } from '#core/privacy/address-lists.ts';
import { type Detectors, readDetectors } from '#core/privacy/detectors.ts';
import { isWellFormedKey } from '#core/privacy/key-format.ts';
import type { OwnKey } from '#core/routing/own-key.ts';
import { ownerRules } from '#core/routing/owner-rules.ts';
import type { ProviderRules } from '#core/routing/provider-rules.ts';
import type { AllowanceRow, CallerRow, Change, LookupResult } from '#keeper/interface/messages.ts';
import type { KeeperLink } from '../keeper-link.ts';
import type { PresentedSecret } from './presented-secret.ts';

/** Who calls, with what is remembered to serve the next request without asking. */
export type Caller = Omit<CallerRow, 'ownKeys' | 'restrictedEndUsers'> & {
  /** Undefined: nobody's. */
  readonly restrictedEndUsers: ReadonlySet<string> | undefined;
  /** Their secrets are content from here on: no log, record or error takes one. */
  readonly ownKeys: readonly OwnKey[];
  /** What workspace and key demand of whoever serves them. */
  readonly rules: ProviderRules | undefined;
  /** From where it may be used; undefined: from anywhere. */
  readonly addresses: AddressLists | undefined;
  /** What its requests are looked through for; undefined: nothing. */
  readonly detectors: Detectors | undefined;
  /** Everything a hold needs, made once. */
  readonly moneyAllowances: readonly string[];
  readonly requestAllowances: ReadonlySet<string>;
  /** Of what runs at once. */
  readonly openAllowances: ReadonlySet<string>;
  /** Some limits are of each end user: who that is must be read. */
  readonly limitsEndUsers: boolean;
  /** Some limits are of single models or upstreams. */
  readonly limitsModels: boolean;
  /** Those of them that are of what runs up, by id. */
  readonly partAllowances: ReadonlyMap<string, AllowanceRow>;
  /** The two limits that replies tell, written out once. */
  readonly requestLimit: ShownLimit | undefined;
  readonly moneyLimit: ShownLimit | undefined;
};

export type ShownLimit = { readonly allowance: string; readonly limit: string };

export type Found =
  | { readonly state: 'known'; readonly caller: Caller }
  | { readonly state: 'unknown' | 'disabled' | 'expired' | 'restricted' | 'malformed' | 'no-keeper' };

type Cached = { readonly found: Found; readonly until: number };

const knownMs = 60_000;
const unknownMs = 5_000;
const knownMax = 100_000;
const unknownMax = 10_000;
const lookupMs = 2_000;

/**
 * Keys that called lately. The cache is keyed by a digest of the whole key; what the keeper stores is an HMAC with the
 * pepper, which is computed only when the keeper must be asked.
 */
export class Callers {
  readonly #link: KeeperLink;
  readonly #pepper: Uint8Array;
  readonly #prefix: string;
  readonly #staleMsMax: number;
  readonly #known = new Map<string, Cached>();
  readonly #unknown = new Map<string, Cached>();
  readonly #asking = new Map<string, Promise<Found>>();
  /** The newest change that concerns keys: an answer read before it is thrown away. */
  #sequence = 0;

  constructor(options: { link: KeeperLink; pepper: Uint8Array; prefix: string; staleMsMax: number }) {
    this.#link = options.link;
    this.#pepper = options.pepper;
    this.#prefix = options.prefix;
    this.#staleMsMax = options.staleMsMax;
  }

  /** Without waiting, when the key called lately. `at`: epoch milliseconds. */
  cached({ digest }: PresentedSecret, at: number): Found | undefined {
    const cached = this.#known.get(digest) ?? this.#unknown.get(digest);
    if (!cached) return undefined;
    if (this.#link.isCutOff(this.#staleMsMax)) return { state: 'no-keeper' };
    if (cached.until < at && !this.#link.isStale) {
      this.#known.delete(digest);
      this.#unknown.delete(digest);
      return undefined;
    }
    return atNow(cached.found, at);
  }

  async find({ text, digest }: PresentedSecret, at: number): Promise<Found> {
    // A mistyped key never leaves the process.
    if (!isWellFormedKey(text, this.#prefix)) return { state: 'malformed' };
    const asking = this.#asking.get(digest) ?? this.#ask(text, digest, at);
    return atNow(await asking, at);
  }

  forget(changes: readonly Change[], sequence: number): void {
    this.#sequence = Math.max(this.#sequence, sequence);
    for (const change of changes) {
      if (change.kind === 'all') this.#known.clear();
      if (change.kind === 'catalogue' || change.kind === 'all') continue;
      for (const [digest, { found }] of this.#known) {
        if (found.state !== 'known') continue;
        if (found.caller.key === change.id || found.caller.workspace === change.id) this.#known.delete(digest);
      }
    }
    this.#unknown.clear();
  }

  forgetAll(sequence: number): void {
    this.#sequence = Math.max(this.#sequence, sequence);
    this.#known.clear();
    this.#unknown.clear();
  }

  #ask(secret: string, digest: string, at: number): Promise<Found> {
    const asked = this.#lookup(secret, digest, at).finally(() => this.#asking.delete(digest));
    this.#asking.set(digest, asked);
    return asked;
  }

  async #lookup(secret: string, digest: string, at: number): Promise<Found> {
    const keyHash = createHmac('sha256', this.#pepper).update(secret).digest('hex');
    for (let round = 0; round < 3; round += 1) {
      const answer = await this.#link.ask({ kind: 'lookup', hash: keyHash }, lookupMs);
      if (answer?.kind !== 'caller') return { state: 'no-keeper' };
      if (answer.sequence < this.#sequence) continue;
      const found = toFound(answer.found);
      if (found.state === 'known') remember(this.#known, digest, { found, until: at + knownMs }, knownMax);
      else remember(this.#unknown, digest, { found, until: at + unknownMs }, unknownMax);
      return found;
    }
    return { state: 'no-keeper' };
  }
}

function toFound(result: LookupResult): Found {
  if (result.state !== 'known') return { state: result.state };
  const { caller } = result;
  const all = [...caller.allowances, ...caller.endUserRules];
  const spent = all.filter((row) => row.counts === 'spent');
  const idsOf = (unit: string) => spent.filter((row) => row.unit === unit).map((row) => row.id);
  // What replies tell is true of every model and end user.
  const ofAll = spent.filter((row) => row.model === null && row.upstream === null && row.of !== 'end user');
  const ofPart = all.filter((row) => row.model !== null || row.upstream !== null);
  return {
    state: 'known',
    caller: {
      ...caller,
      ownKeys: caller.ownKeys.map((own) => ({ ...own, secret: Content.ofText(own.secret) })),
      restrictedEndUsers: caller.restrictedEndUsers.length > 0 ? new Set(caller.restrictedEndUsers) : undefined,
      rules: ownerRules(caller.settings),
      addresses: AddressLists.read(caller.settings.addresses),
      detectors: readDetectors(caller.settings.detectors),
      moneyAllowances: idsOf('nano-usd'),
      requestAllowances: new Set(idsOf('requests')),
      openAllowances: new Set(all.filter((row) => row.counts === 'open').map((row) => row.id)),
      limitsModels: ofPart.length > 0 || caller.rates.some((row) => row.model !== null),
      partAllowances: new Map(ofPart.map((row) => [row.id, row])),
      limitsEndUsers: [...caller.endUserRules, ...caller.rates].some((row) => row.of === 'end user'),
      requestLimit: shownLimit(ofAll.findLast(({ unit }) => unit === 'requests')),
      moneyLimit: shownLimit(ofAll.findLast(({ unit }) => unit === 'nano-usd')),
    },
  };
}

function shownLimit(row: AllowanceRow | undefined): ShownLimit | undefined {
  if (!row) return undefined;
  return { allowance: row.id, limit: row.unit === 'requests' ? row.limit : formatUsd(BigInt(row.limit)) };
}

function atNow(found: Found, at: number): Found {
  const isExpired = found.state === 'known' && found.caller.expiresAt !== null && found.caller.expiresAt <= at;
  return isExpired ? { state: 'expired' } : found;
}

/** A map keeps insertion order, so the first is the oldest. */
function remember(cache: Map<string, Cached>, digest: string, cached: Cached, max: number): void {
  cache.delete(digest);
  if (cache.size >= max)
    for (const oldest of cache.keys()) {
      cache.delete(oldest);
      break;
    }
  cache.set(digest, cached);
}
