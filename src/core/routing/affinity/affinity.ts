// A conversation stays where its cache is, as long as that is the cheapest. What is remembered belongs to one workspace and
// teaches nobody else's requests anything.
import { totalInput, type Usage } from '#core/generation/usage.ts';
import type { Endpoint } from '../endpoint.ts';
import { hasCachePrice } from '../expected-price.ts';

/** Where a conversation was served last, and what of it is probably in a cache there. Instants are monotonic milliseconds. */
export type Affinity = {
  /** The endpoint's id. */
  readonly endpoint: string;
  readonly cachedTokens: number;
  /** Whoever serves it without a cache writes one, at its own price. */
  readonly writesCache: boolean;
  readonly ttlMs: number;
  readonly until: number;
};

/** What one good answer said of the cache. */
export type ServedTurn = { readonly endpoint: Endpoint; readonly usage: Usage; readonly isNamed: boolean };

const minuteMs = 60_000;
/** As long as a conversation may rest. OpenRouter's, and longer than the caches of most providers live. */
const idleMs = 10 * minuteMs;
const hourMs = 60 * minuteMs;
/** Of a conversation that its caller named, before anybody has told what its cache holds. */
const hopedShare = 0.5;

/**
 * What is remembered after a good answer; undefined: nothing. A failure is not told here, so that it renews nothing. A
 * conversation known by its opening alone stays only once a cache was written or read.
 */
export function learnTurn(
  known: Affinity | undefined,
  { endpoint, usage, isNamed }: ServedTurn,
  now: number,
): Affinity | undefined {
  const { id } = endpoint;
  const earlier = known?.endpoint === id ? known : undefined;
  const written = usage.cacheWrite5m + usage.cacheWrite1h;
  const hasCache = hasCachePrice(endpoint) && usage.cachedInput + written > 0;
  if (!hasCache && !isNamed) return undefined;
  const ttlMs = usage.cacheWrite1h > 0 ? hourMs : (earlier?.ttlMs ?? idleMs);
  return {
    endpoint: id,
    cachedTokens: hasCache ? cachedNow(usage, written) : hoped(endpoint, usage, earlier),
    writesCache: written > 0 || earlier?.writesCache === true,
    ttlMs,
    until: now + Math.max(idleMs, ttlMs),
  };
}

/** Who writes says what it wrote; where a cache fills by itself the whole input will be in it. */
function cachedNow(usage: Usage, written: number): number {
  return written > 0 ? usage.cachedInput + written : totalInput(usage);
}

/** Once: a cache that was hoped for and did not show holds nothing. */
function hoped(endpoint: Endpoint, usage: Usage, earlier: Affinity | undefined): number {
  return earlier || !hasCachePrice(endpoint) ? 0 : totalInput(usage) * hopedShare;
}
