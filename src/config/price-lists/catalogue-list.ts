import { openCatalogue } from '../catalogue.ts';
import type { Config } from '../config.ts';
import type { ListedModel, PriceList } from './listed-price.ts';

/** What the shipped catalogue says, on this day, of the models that a configuration offers. */
export async function catalogueList({ upstreams }: Pick<Config, 'upstreams'>, now: Date): Promise<PriceList> {
  const catalogue = await openCatalogue(now);
  const models = upstreams.flatMap(({ provider, models: offered }) =>
    offered.flatMap(({ upstreamModel }): readonly ListedModel[] => {
      const price = catalogue.find(provider, upstreamModel)?.price;
      return price ? [{ provider, model: upstreamModel, price }] : [];
    }),
  );
  return { source: 'catalogue', models, left: 0 };
}
