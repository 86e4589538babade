import { storageOf } from '#core/routing/data-handling.ts';
import { isInEconomicArea } from '#core/routing/regions.ts';
import type { CommandContext } from './command.ts';

/** Where data goes, as seen from the European Economic Area, and on which ground: made from what is configured now. */
export async function listTransfers({ snapshot, payments }: CommandContext) {
  const { upstreams } = await snapshot();
  const rows = upstreams
    .filter(({ enabled, type }) => enabled && type !== 'sandbox' && type !== 'self_hosted')
    .map(({ name, provider, region, data }) => {
      const storage = storageOf(data, region);
      const places = storage === 'nowhere' ? [region] : [region, storage];
      return {
        ...{ name, provider, serving: region, storage },
        ...judged(places, data.transferBasis),
      };
    });
  return payments ? [...rows, stripe] : rows;
}

const stripe = {
  ...{ name: 'stripe', provider: 'stripe', serving: 'unknown', storage: 'unknown' },
  ...judged(['unknown'], 'adequacy'),
};

/** What is not known to stay is taken to leave. */
function judged(places: readonly string[], basis: string | undefined) {
  const stays = places.every((place) => isInEconomicArea(place) === true);
  return { leaves_economic_area: !stays, basis: stays ? 'not_needed' : (basis ?? 'missing') };
}
