import { returnPermits, takePermits } from './request-rate.ts';
import { correctTokens, fullBucket, levelAt, takeTokens } from './token-rate.ts';

/** A rate as it was set: how much of what in a minute, and how much at once. */
export type Rate = {
  readonly unit: 'requests' | 'tokens';
  readonly perMinute: number;
  readonly burst: number;
};

/**
 * What is used of a rate: for requests the arrival time in `level`, for tokens what the bucket holds. Whole numbers, so that
 * every engine keeps them as they are: microseconds, and thousandths of a token.
 */
export type RateState = { readonly level: number; readonly at: number };

export type RateTaken = { readonly granted: number; readonly state: RateState; readonly retryAfterMs: number };

const fine = 1_000;
/**
 * Nobody is kept waiting longer than this by what was taken before: a correction may have been lost with whoever owed it.
 * What one request used beyond an hour's worth is forgiven.
 */
const debtMinutesMax = 60;

/** At least `need`, up to `wanted`, or nothing: what is taken ahead is for the next requests of the same asker. */
export function takeOfRate(
  rate: Rate,
  state: RateState | undefined,
  { need, wanted, now }: { readonly need: number; readonly wanted: number; readonly now: number },
): RateTaken {
  return rate.unit === 'requests'
    ? takeRequests(rate, state, { need, wanted, now })
    : takeAllTokens(rate, state, { need, wanted, now });
}

/** What was taken and not used, or for tokens what was used beyond it (below zero). */
export function returnToRate(
  rate: Rate,
  state: RateState | undefined,
  { unused, now }: { readonly unused: number; readonly now: number },
): RateState {
  if (rate.unit === 'requests') {
    const arrival = returnPermits(rate, (state?.level ?? 0) / fine, unused);
    return { level: Math.round(arrival * fine), at: now };
  }
  const bucket = correctTokens(rate, toBucket(rate, state, now), { expected: unused, used: 0, now });
  return { level: Math.round(bucket.level * fine), at: now };
}

type Ask = { readonly need: number; readonly wanted: number; readonly now: number };

function takeRequests(rate: Rate, state: RateState | undefined, { need, wanted, now }: Ask): RateTaken {
  const arrival = (state?.level ?? 0) / fine;
  const taken = takePermits(rate, arrival, { wanted: Math.max(need, wanted), now });
  if (taken.granted < need) {
    const unchanged = state ?? { level: 0, at: now };
    return {
      granted: 0,
      state: unchanged,
      retryAfterMs: takePermits(rate, arrival, { wanted: need, now }).retryAfterMs,
    };
  }
  return { granted: taken.granted, state: { level: Math.round(taken.arrival * fine), at: now }, retryAfterMs: 0 };
}

function takeAllTokens(rate: Rate, state: RateState | undefined, { need, wanted, now }: Ask): RateTaken {
  const bucket = toBucket(rate, state, now);
  const taken = takeTokens(rate, bucket, { tokens: need, now });
  if (taken.kind === 'short') {
    return {
      granted: 0,
      state: { level: Math.round(bucket.level * fine), at: bucket.at },
      retryAfterMs: taken.retryAfterMs,
    };
  }
  const ahead = Math.max(0, Math.min(wanted - need, Math.floor(levelAt(rate, taken.bucket, now))));
  return {
    granted: need + ahead,
    state: { level: Math.round((taken.bucket.level - ahead) * fine), at: now },
    retryAfterMs: 0,
  };
}

function toBucket(rate: Rate, state: RateState | undefined, now: number) {
  if (!state) return fullBucket(rate, now);
  return { level: Math.max(state.level / fine, -debtMinutesMax * rate.perMinute), at: state.at };
}
