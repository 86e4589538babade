import type { JsonObject } from '../json-value.ts';

/** How a request was routed, as far as OpenRouter's callers are told. */
export type RoutingTold = {
  /** The model in the caller's own words. */
  readonly requested: string;
  readonly strategy: 'direct' | 'alias' | 'auto' | 'free' | 'fallback';
  /** Where the endpoint that answered runs; null: nobody answered, or nobody knows. */
  readonly region: string | null;
  readonly sort: string;
  /** The caller's own key was used. */
  readonly isByok: boolean;
  readonly planned: readonly { readonly provider: string; readonly model: string; readonly selected: boolean }[];
  /** Those that might not serve it. */
  readonly excluded: number;
  readonly attempts: readonly { readonly provider: string; readonly model: string; readonly status: number }[];
};

/** `openrouter_metadata` of replies and errors, on request. */
export function routerMetadata(told: RoutingTold): JsonObject {
  const { requested, strategy, region, sort, isByok, planned, excluded, attempts } = told;
  const selected = planned.find((each) => each.selected);
  return {
    requested,
    strategy,
    region,
    summary: `available=${planned.length}, excluded=${excluded}, selected=${selected?.provider ?? 'none'}`,
    attempt: attempts.length,
    is_byok: isByok,
    endpoints: { total: planned.length + excluded, available: planned },
    attempts,
    params: { sort },
    pipeline: [],
  };
}
