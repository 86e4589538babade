import { type MarkedUp, type MarkupRule, markUp, ruleFor } from '#core/money/markup.ts';
import type { Price } from '#core/money/price.ts';
import type { CatalogueStore, DatedPrice } from '#store/catalogue-store.ts';
import type { CatalogueInput } from '../interface/catalogue-input.ts';
import { decodePrice, encodePrice } from '../interface/decode-snapshot.ts';
import type { Snapshot, SnapshotEndpoint, SnapshotPriceVersion } from '../interface/snapshot.ts';

type At = {
  readonly now: number;
  readonly version: number;
  readonly rules?: readonly MarkupRule[];
  /** Endpoints whose handling of data the operator accepted. */
  readonly accepted?: ReadonlySet<string>;
  readonly contact?: string | undefined;
  readonly policy?: string | undefined;
};

/** Dates the prices of a catalogue, with what is put on top, and makes of it what every gateway gets. */
export async function buildSnapshot(
  catalogue: CatalogueInput,
  store: Pick<CatalogueStore, 'datePrices'>,
  { now, version, rules = [], accepted, contact, policy }: At,
): Promise<Snapshot> {
  const priced = priceEndpoints(catalogue, rules);
  const versions = await store.datePrices(
    priced.map(({ dated }) => dated),
    now,
  );
  const versionOf = ({ dated }: Priced): SnapshotPriceVersion => {
    const priceVersion = versions.get(dated.endpoint);
    if (priceVersion === undefined) throw new Error('an endpoint has no dated price');
    const cost = dated.cost && encodePrice(dated.cost);
    return { priceVersion, price: encodePrice(dated.price), ...(cost ? { cost } : {}) };
  };
  const everybody = new Map(priced.filter(({ workspace }) => workspace === undefined).map((each) => [each.id, each]));
  const byModel = new Map<string, SnapshotEndpoint[]>();
  for (const { id, model, upstream, upstreamModel, weight, quantization } of catalogue.endpoints) {
    const own = everybody.get(id);
    if (!own) continue;
    const endpoints = byModel.get(model) ?? [];
    const isDataAccepted = accepted?.has(id) || undefined;
    endpoints.push({ id, upstream, upstreamModel, ...versionOf(own), weight, quantization, isDataAccepted });
    byModel.set(model, endpoints);
  }
  const models = catalogue.models.flatMap((model) => {
    const endpoints = byModel.get(model.id);
    return endpoints ? [{ ...model, endpoints }] : [];
  });
  const ownPrices: Record<string, Record<string, SnapshotPriceVersion>> = {};
  for (const each of priced) {
    if (each.workspace === undefined) continue;
    ownPrices[each.workspace] ??= {};
    Object.assign(ownPrices[each.workspace] ?? {}, { [each.id]: versionOf(each) });
  }
  return {
    version,
    upstreams: catalogue.upstreams,
    ...(contact === undefined ? {} : { contact }),
    ...(policy === undefined ? {} : { policy }),
    models,
    ...(Object.keys(ownPrices).length > 0 ? { ownPrices } : {}),
  };
}

type Priced = { readonly id: string; readonly workspace: string | undefined; readonly dated: DatedPrice };

/** What everybody pays at each endpoint; and what workspaces pay for which a rule says something else. */
function priceEndpoints({ endpoints, upstreams }: CatalogueInput, rules: readonly MarkupRule[]): readonly Priced[] {
  const sellers = new Map(upstreams.map(({ name, seller }) => [name, seller]));
  const workspaces = [...new Set(rules.flatMap(({ workspace }) => (workspace === undefined ? [] : [workspace])))];
  return endpoints.flatMap(({ id, model, upstream, price }) => {
    const cost = decodePrice(price);
    const of = { model, seller: sellers.get(upstream) ?? '' };
    const shared = ruleFor(rules, { ...of, workspace: undefined });
    const own = workspaces.flatMap((workspace): Priced[] => {
      const rule = ruleFor(rules, { ...of, workspace });
      if (rule === shared || rule === undefined) return [];
      return [{ id, workspace, dated: dated(`${id} ${workspace}`, cost, rule.markup) }];
    });
    return [{ id, workspace: undefined, dated: dated(id, cost, shared?.markup ?? 0n) }, ...own];
  });
}

function dated(endpoint: string, cost: Price, markup: bigint): DatedPrice {
  const marked: MarkedUp | undefined = markUp(cost, markup);
  return marked ? { endpoint, ...marked } : { endpoint, price: cost };
}
