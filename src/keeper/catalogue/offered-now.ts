// What is offered: the configuration, and what was added and set while Fairlead runs. One of each keeper; the change feed says
// when it is read anew.
import type { Store } from '#store/store.ts';
import type { SetPrice, UpstreamRecord } from '#store/upstreams.ts';
import type { CatalogueInput } from '../interface/catalogue-input.ts';
import { encodePrice } from '../interface/decode-snapshot.ts';
import type { SnapshotPrice } from '../interface/snapshot.ts';
import type { UpstreamAccount } from '../interface/upstream-account.ts';
import { mergeCatalogue, type StoredOffer } from './merge-catalogue.ts';
import { openSecrets } from './upstream-vault.ts';

export class OfferedNow {
  /** What the configuration says, at the start of this process. */
  readonly file: CatalogueInput;
  readonly #store: Pick<Store, 'upstreams'>;
  readonly #pepper: Uint8Array;
  #catalogue: CatalogueInput;
  #accounts: readonly UpstreamAccount[] = [];
  #records: readonly UpstreamRecord[] = [];
  #prices: readonly SetPrice[] = [];
  #nextPriceAt = Number.POSITIVE_INFINITY;

  constructor(file: CatalogueInput, store: Pick<Store, 'upstreams'>, pepper: Uint8Array) {
    this.file = file;
    this.#store = store;
    this.#pepper = pepper;
    this.#catalogue = file;
  }

  get catalogue(): CatalogueInput {
    return this.#catalogue;
  }

  /** How gateways ask those upstreams that the configuration does not name. */
  get accounts(): readonly UpstreamAccount[] {
    return this.#accounts;
  }

  /** All that were added, those too that the configuration has come to name since. */
  get added(): readonly UpstreamRecord[] {
    return this.#records;
  }

  get prices(): readonly SetPrice[] {
    return this.#prices;
  }

  /** A price that was set for a day to come holds by now. */
  isDue(now: number): boolean {
    return now >= this.#nextPriceAt;
  }

  async renew(now: number): Promise<void> {
    const [records, prices] = await Promise.all([this.#store.upstreams.list(), this.#store.upstreams.prices()]);
    const named = new Set(this.file.upstreams.map(({ name }) => name));
    this.#records = records;
    this.#prices = prices;
    this.#catalogue = mergeCatalogue(this.file, records.map(toOffer), inForce(prices, now));
    this.#accounts = records.flatMap((record) => (named.has(record.name) ? [] : this.#accountOf(record)));
    const next = prices.filter(({ since }) => since > now).map(({ since }) => since);
    this.#nextPriceAt = Math.min(Number.POSITIVE_INFINITY, ...next);
  }

  /** What does not open goes nowhere: its upstream is asked without a credential, which says what is wrong. */
  #accountOf({ name, origin, sealed, offer }: UpstreamRecord): readonly UpstreamAccount[] {
    const [upstream] = readOffer(offer).upstreams;
    if (!upstream) return [];
    const { baseUrl, cloud } = upstream;
    const secrets = openSecrets(this.#pepper, { name, origin }, sealed);
    return [{ name, baseUrl, cloud, apiKeys: secrets?.apiKeys ?? [], cloudAccess: secrets?.cloudAccess }];
  }
}

function readOffer(offer: string): StoredOffer {
  // A parser: the keeper wrote it, when it had judged what was given.
  return JSON.parse(offer) as StoredOffer;
}

function toOffer({ offer, enabled }: UpstreamRecord): StoredOffer {
  const { upstreams, ...rest } = readOffer(offer);
  return { ...rest, upstreams: upstreams.map((upstream) => ({ ...upstream, enabled })) };
}

/** Of each endpoint the last one that has begun; where that takes the price back, none. */
function inForce(prices: readonly SetPrice[], now: number): ReadonlyMap<string, SnapshotPrice> {
  const last = new Map<string, SnapshotPrice>();
  for (const { endpoint, since, price } of prices) {
    if (since > now) continue;
    if (price === undefined) last.delete(endpoint);
    else last.set(endpoint, encodePrice(price));
  }
  return last;
}
