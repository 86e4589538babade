import type { Price } from '#core/money/price.ts';
import type { CloudAccess } from '#core/routing/cloud-access.ts';
import type { CatalogueModel, toCatalogueInput } from '../interface/catalogue-input.ts';

type OfferedUpstream = Parameters<typeof toCatalogueInput>[0]['upstreams'][number];

export type JudgedOffer = {
  readonly upstream: OfferedUpstream & {
    readonly apiKeys: readonly string[];
    readonly cloudAccess?: CloudAccess | undefined;
  };
  readonly models: readonly CatalogueModel[];
};

type Says = { readonly says: string };

/**
 * The rules of the configuration file, for what is added and set while Fairlead runs: one set of rules and of sentences. They come
 * from whoever starts the keeper, which knows no file.
 */
export type Judges = {
  upstream(written: { name: string; upstream: unknown; models: unknown }): Promise<JudgedOffer | Says>;
  price(written: unknown): Promise<Price | Says>;
};
