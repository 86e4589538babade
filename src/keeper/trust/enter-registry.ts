import { registryEntries } from '#core/trust/registry-entries.ts';
import type { Store } from '#store/store.ts';
import type { CatalogueInput } from '../interface/catalogue-input.ts';
import type { TrustDesk } from './trust-desk.ts';

/** Tells the log of promises what the registry says now of endpoints and of what upstreams do with data. */
export async function enterRegistry(
  { upstreams, endpoints }: CatalogueInput,
  { trust }: Pick<Store, 'trust'>,
  desk: TrustDesk,
  now: number,
): Promise<void> {
  const byName = new Map(upstreams.map((upstream) => [upstream.name, upstream]));
  const disclosed = endpoints.flatMap(({ id, model, upstream: name, quantization = 'unknown' }) => {
    const upstream = byName.get(name);
    if (!upstream?.enabled) return [];
    const { provider, seller, type, region } = upstream;
    return [{ id, model, provider, seller, type, region, quantization }];
  });
  const handling = upstreams.filter(({ enabled }) => enabled).map(({ name, data }) => ({ name, ...data }));
  const subjects = async (kind: 'endpoint' | 'data-policy') =>
    (await trust.subjects(kind)).map((subject) => ({ kind, subject }));
  const known = [...(await subjects('endpoint')), ...(await subjects('data-policy'))];
  await desk.enter(registryEntries(disclosed, handling, known), now);
}
