import type { Catalogue, CatalogueModel } from './catalogue.ts';
import type { UpstreamConfig, UpstreamModelConfig } from './config.ts';
import type { KnownProvider } from './known-providers.ts';

/** An upstream, and what was learnt on the way about the models that it offers. */
export type Offer = {
  readonly upstream: UpstreamConfig;
  /** The variable whose key made this upstream appear; undefined when the file names it. */
  readonly variable: string | undefined;
  /** By public name: the context that the catalogue knows. */
  readonly contexts: ReadonlyMap<string, number>;
  /** By public name: the provider's own name, for callers who use nothing else. */
  readonly ownNames: ReadonlyMap<string, string>;
};

type CatalogueOffer = Pick<Offer, 'contexts' | 'ownNames'> & { readonly models: readonly UpstreamModelConfig[] };

/** Everything that the catalogue lists for this provider and that has a price we can charge. */
export function offerFromCatalogue(known: KnownProvider, catalogue: Catalogue): CatalogueOffer {
  const models: UpstreamModelConfig[] = [];
  const contexts = new Map<string, number>();
  const ownNames = new Map<string, string>();
  for (const { id, price, context } of catalogue.list(known.name).filter((model) => !known.leavesOut.test(model.id))) {
    const as = known.publicName(id);
    if (price === undefined || !isPublicName(as)) continue;
    models.push({ upstreamModel: id, as, price });
    if (context !== undefined) contexts.set(as, context);
    if (as !== id) ownNames.set(as, id);
  }
  return { models, contexts, ownNames };
}

export function knownContext(model: CatalogueModel | undefined, as: string): readonly (readonly [string, number])[] {
  return model?.context === undefined ? [] : [[as, model.context]];
}

/** `@` divides model and upstream in an endpoint's id. */
export function isPublicName(name: string): boolean {
  return /^[^\p{Cc}\s@]{1,200}$/u.test(name);
}

/** The simulator's models keep their names to themselves. */
export function isSandboxName(name: string): boolean {
  return name === 'sandbox' || name.startsWith('sandbox/');
}
