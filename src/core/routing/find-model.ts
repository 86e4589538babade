import type { Endpoint, Model } from './endpoint.ts';

/** The models a gateway knows now, by every name a caller may use. */
export type Catalogue = {
  readonly models: readonly Model[];
  readonly byName: ReadonlyMap<string, Model>;
};

/** What everybody pays, and the same models for workspaces that have prices of their own. */
export type PricedCatalogue = Catalogue & { readonly own: ReadonlyMap<string, Catalogue> };

/** With the prices that this workspace pays. */
export function catalogueFor(catalogue: PricedCatalogue, workspace: string): Catalogue {
  return catalogue.own.get(workspace) ?? catalogue;
}

/** An endpoint whose upstream takes the caller's own name of a family such as `sandbox/fault-*`. */
export const anyModel = '*';

/** The name by which an endpoint's upstream knows what was asked for. */
export function upstreamNameOf({ upstreamModel }: Endpoint, asked: string): string {
  return upstreamModel === anyModel ? asked : upstreamModel;
}

/** The model of this name, or the family it belongs to: the longest `prefix*` that fits. */
export function findModel({ byName }: Catalogue, name: string): Model | undefined {
  const model = byName.get(name);
  if (model) return name.endsWith(anyModel) ? undefined : model;
  for (let end = name.lastIndexOf('-'); end > 0; end = name.lastIndexOf('-', end - 1)) {
    const family = byName.get(`${name.slice(0, end + 1)}${anyModel}`);
    if (family) return family;
  }
  return undefined;
}
