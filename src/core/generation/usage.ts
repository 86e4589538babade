/** Counted units of one generation. All are disjoint: `input` leaves out what was read from or written to a cache. */
export type Usage = {
  readonly input: number;
  readonly cachedInput: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  /** Output includes reasoning; `reasoning` says how much of it. */
  readonly output: number;
  readonly reasoning: number;
  /** The provider's word for how it was served where that has a price of its own: `flex`, `priority`, `batch` … */
  readonly serviceTier?: string | undefined;
};

/** How usage is known: told by the upstream, counted by us with the model's tokenizer, or estimated from bytes. */
export type UsageSource = 'reported' | 'counted' | 'estimated';

export const noUsage: Usage = {
  input: 0,
  cachedInput: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
};

export function totalInput(usage: Usage): number {
  return usage.input + usage.cachedInput + usage.cacheWrite5m + usage.cacheWrite1h;
}

const ordinaryTiers: ReadonlySet<string> = new Set(['default', 'standard', 'standard_only', 'auto']);

/** A foreign word for a service tier as part of usage; nothing where it is the ordinary one, or no such word. */
export function servedTier(word: unknown): Pick<Usage, 'serviceTier'> {
  if (typeof word !== 'string' || ordinaryTiers.has(word) || !/^[a-z][a-z_]{1,23}$/.test(word)) return {};
  return { serviceTier: word };
}
