import type { Delivery } from '#core/generation/delivery.ts';
import type { MarkupRule } from '#core/money/markup.ts';
import type { Price } from '#core/money/price.ts';
import type { Ability, Quantization, Upstream } from '#core/routing/endpoint.ts';
import type { StrategyName } from '#core/routing/strategies/strategy-names.ts';
import { encodePrice } from './decode-snapshot.ts';
import type { SnapshotPrice } from './snapshot.ts';

/** What the configuration offers, as the keeper's thread gets it: JSON, and without any credential. */
export type CatalogueInput = {
  readonly upstreams: readonly Upstream[];
  readonly models: readonly CatalogueModel[];
  /** In the file's order: it is the order in which they are tried. */
  readonly endpoints: readonly CatalogueEndpoint[];
  readonly markup?: readonly CatalogueMarkup[] | undefined;
  readonly places?: CataloguePlaces | undefined;
};

/** Where the configuration says it, as people read it: `fairlead.yaml, line 12`. What is not in it may be set otherwise. */
export type CataloguePlaces = {
  /** By upstream. */
  readonly upstreams: Readonly<Record<string, string>>;
  /** By endpoint; one whose price comes from a catalogue is not in it. */
  readonly prices: Readonly<Record<string, string>>;
};

/** In millionths. A workspace is named by id or name. */
export type CatalogueMarkup = Omit<MarkupRule, 'markup'> & { readonly millionths: string };

export type CatalogueModel = {
  readonly id: string;
  readonly context: number;
  readonly maxOutput: number;
  readonly aliases: readonly string[];
  readonly fallbacks?: readonly string[] | undefined;
  readonly supports?: readonly Ability[] | undefined;
  readonly strategy?: StrategyName | undefined;
  readonly delivery?: Delivery | undefined;
  readonly firstContentMs?: number | undefined;
  readonly failoverMs?: number | undefined;
};

export type CatalogueEndpoint = {
  readonly id: string;
  /** The public model. */
  readonly model: string;
  readonly upstream: string;
  readonly upstreamModel: string;
  readonly price: SnapshotPrice;
  readonly weight?: number | undefined;
  readonly quantization?: Quantization | undefined;
};

type OfferedUpstream = Upstream & {
  readonly models: readonly {
    readonly upstreamModel: string;
    readonly as: string;
    readonly price: Price;
    readonly weight?: number | undefined;
    readonly quantization?: Quantization | undefined;
  }[];
};

// CONTRACT: when neither the file nor the catalogue knows them.
const contextDefault = 128_000;
const maxOutputDefault = 16_384;

/** The catalogue of a configuration. Fields are copied one by one, so that a credential cannot come along. */
export function toCatalogueInput(offered: {
  readonly upstreams: readonly OfferedUpstream[];
  readonly models: readonly CatalogueModel[];
  readonly markup?: readonly MarkupRule[] | undefined;
  readonly places?: CataloguePlaces | undefined;
}): CatalogueInput {
  const models = new Map(offered.models.map((model) => [model.id, model]));
  const endpoints: CatalogueEndpoint[] = [];
  for (const upstream of offered.upstreams) {
    for (const { as, upstreamModel, price, weight, quantization } of upstream.models) {
      const id = `${as}@${upstream.name}`;
      const at = { id, model: as, upstream: upstream.name, upstreamModel };
      endpoints.push({ ...at, price: encodePrice(price), weight, quantization });
      if (!models.has(as)) {
        models.set(as, { id: as, context: contextDefault, maxOutput: maxOutputDefault, aliases: [] });
      }
    }
  }
  const markup = offered.markup?.map(({ markup: millionths, ...whom }) => ({
    ...whom,
    millionths: String(millionths),
  }));
  const { places } = offered;
  return { upstreams: offered.upstreams.map(withoutSecrets), models: [...models.values()], endpoints, markup, places };
}

function withoutSecrets(upstream: Upstream): Upstream {
  const { name, provider, seller, protocols, baseUrl, enabled, type, region, data, cloud } = upstream;
  return { name, provider, seller, protocols, baseUrl, enabled, type, region, data, ...(cloud ? { cloud } : {}) };
}
