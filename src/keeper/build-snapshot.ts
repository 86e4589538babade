import type { CatalogueStore } from '#store/store.ts';
import type { CatalogueInput } from './interface/catalogue-input.ts';
import { decodePrice } from './interface/decode-snapshot.ts';
import type { Snapshot, SnapshotEndpoint } from './interface/snapshot.ts';

/** Dates the prices of a catalogue and makes of it what every gateway gets. */
export async function buildSnapshot(
  catalogue: CatalogueInput,
  store: CatalogueStore,
  at: { readonly now: number; readonly version: number },
): Promise<Snapshot> {
  const prices = catalogue.endpoints.map(({ id, price }) => ({ endpoint: id, price: decodePrice(price) }));
  const versions = await store.datePrices(prices, at.now);
  const byModel = new Map<string, SnapshotEndpoint[]>();
  for (const { id, model, upstream, upstreamModel, price, weight, quantization } of catalogue.endpoints) {
    const priceVersion = versions.get(id);
    if (priceVersion === undefined) throw new Error('an endpoint has no dated price');
    const endpoints = byModel.get(model) ?? [];
    endpoints.push({ id, upstream, upstreamModel, priceVersion, price, weight, quantization });
    byModel.set(model, endpoints);
  }
  const models = catalogue.models.flatMap((model) => {
    const endpoints = byModel.get(model.id);
    return endpoints ? [{ ...model, endpoints }] : [];
  });
  return { version: at.version, upstreams: catalogue.upstreams, models };
}
