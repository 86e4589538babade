/**
 * Tokens per minute as a bucket (MONEY §3): admission takes the input's bound and the output that is expected, the end
 * corrects it in both directions. So the limit is passed by no more than the tokens in flight. Instants are milliseconds.
 */
export type TokenRate = {
  readonly perMinute: number;
  /** What the bucket holds when nothing was used for long. */
  readonly burst: number;
};

/** `level` may be below zero: more was used than expected. */
export type TokenBucket = { readonly level: number; readonly at: number };

export type TokensTaken =
  | { readonly kind: 'taken'; readonly bucket: TokenBucket }
  | { readonly kind: 'short'; readonly retryAfterMs: number };

const minuteMs = 60_000;

export function fullBucket(rate: TokenRate, now: number): TokenBucket {
  return { level: rate.burst, at: now };
}

/** A request that is larger than the bucket passes when it is full: else it never could. */
export function takeTokens(
  rate: TokenRate,
  bucket: TokenBucket,
  { tokens, now }: { readonly tokens: number; readonly now: number },
): TokensTaken {
  const level = levelAt(rate, bucket, now);
  const needed = Math.min(tokens, rate.burst);
  // A hair, so that who comes when it was told to is not sent away by rounding.
  if (level + 1e-6 >= needed) return { kind: 'taken', bucket: { level: level - tokens, at: now } };
  return { kind: 'short', retryAfterMs: Math.max(1, Math.ceil(((needed - level) * minuteMs) / rate.perMinute)) };
}

/** What was expected at admission, and what it was in the end. */
export function correctTokens(
  rate: TokenRate,
  bucket: TokenBucket,
  { expected, used, now }: { readonly expected: number; readonly used: number; readonly now: number },
): TokenBucket {
  return { level: Math.min(rate.burst, levelAt(rate, bucket, now) + expected - used), at: now };
}

/** Tokens that can be taken now; a clock that went back gives nothing. */
export function levelAt(rate: TokenRate, { level, at }: TokenBucket, now: number): number {
  return Math.min(rate.burst, level + (Math.max(0, now - at) * rate.perMinute) / minuteMs);
}
