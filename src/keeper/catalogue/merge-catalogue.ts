import type { CatalogueInput } from '../interface/catalogue-input.ts';
import type { SnapshotPrice } from '../interface/snapshot.ts';

/** An upstream that was added while Fairlead ran: what it offers. */
export type StoredOffer = Pick<CatalogueInput, 'upstreams' | 'models' | 'endpoints'>;

/** Prices that hold now because somebody set them, by endpoint. */
export type PricesSet = ReadonlyMap<string, SnapshotPrice>;

/**
 * What is offered: the configuration, and what was added while Fairlead runs. What the file names, the file decides: an upstream
 * of the same name, a model's facts and names, a price that stands there. The sandbox comes last.
 */
export function mergeCatalogue(
  file: CatalogueInput,
  stored: readonly StoredOffer[],
  prices: PricesSet,
): CatalogueInput {
  const named = new Set(file.upstreams.map(({ name }) => name));
  const added = stored.filter(({ upstreams }) => upstreams.every(({ name }) => !named.has(name)));
  const models = mergeModels(file, added);
  const served = new Set(models.map(({ id }) => id));
  const isSandbox = ({ type }: { readonly type: string }) => type === 'sandbox';
  const sandboxes = new Set(file.upstreams.filter(isSandbox).map(({ name }) => name));
  const ofSandbox = ({ upstream }: { readonly upstream: string }) => sandboxes.has(upstream);
  const endpoints = [
    ...file.endpoints.filter((endpoint) => !ofSandbox(endpoint)),
    ...added.flatMap((offer) => offer.endpoints.filter(({ model }) => served.has(model))),
    ...file.endpoints.filter(ofSandbox),
  ];
  return {
    ...file,
    upstreams: [
      ...file.upstreams.filter((upstream) => !isSandbox(upstream)),
      ...added.flatMap(({ upstreams }) => upstreams),
      ...file.upstreams.filter(isSandbox),
    ],
    models,
    endpoints: endpoints.map((endpoint) => {
      const price = file.places?.prices[endpoint.id] === undefined ? prices.get(endpoint.id) : undefined;
      return price ? { ...endpoint, price } : endpoint;
    }),
  };
}

/** One entry for each public model; no name and no alias belongs to two. */
function mergeModels(file: CatalogueInput, added: readonly StoredOffer[]): CatalogueInput['models'] {
  const models = new Map(file.models.map((model) => [model.id, model]));
  const taken = new Set(file.models.flatMap(({ id, aliases }) => [id, ...aliases]));
  for (const model of added.flatMap((offer) => offer.models)) {
    if (taken.has(model.id)) continue;
    const aliases = model.aliases.filter((alias) => !taken.has(alias));
    models.set(model.id, { ...model, aliases });
    for (const name of [model.id, ...aliases]) taken.add(name);
  }
  return [...models.values()];
}
