/** One number of a running Fairlead, as it was at a moment. */
export type Sample = { readonly atMs: number; readonly value: number };

/** What may be added from the end of the warm-up to the end: the larger of a part of what there was, and an amount. */
export type Allowed = { readonly part: number; readonly amount: number };

export type Verdict = {
  readonly from: number;
  readonly until: number;
  readonly growth: number;
  readonly allowed: number;
  readonly isFlat: boolean;
};

const warmPart = 1 / 3;
const warmMsMax = 10 * 60_000;
const windowCount = 12;

/**
 * Is it flat? A third of the time, ten minutes at most, is for caches and V8 to fill up. Of what follows each of twelve windows
 * counts with its lowest value, since memory rises until a collection, and the growth is the median of the slopes between
 * all of them (Theil and Sen): neither a burst nor a pause decides. Undefined: too few samples to say.
 */
export function judgeFlat(samples: readonly Sample[], { part, amount }: Allowed): Verdict | undefined {
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last) return undefined;
  const startMs = first.atMs + Math.min(warmMsMax, (last.atMs - first.atMs) * warmPart);
  const spanMs = last.atMs - startMs;
  const windows = Array.from({ length: windowCount }, (_, place): Sample[] => {
    const [from, until] = [startMs + (spanMs * place) / windowCount, startMs + (spanMs * (place + 1)) / windowCount];
    const values = samples.filter(({ atMs }) => atMs >= from && atMs <= until).map(({ value }) => value);
    return values.length === 0 ? [] : [{ atMs: (from + until) / 2, value: quantile(values, 0) }];
  }).flat();
  if (spanMs <= 0 || windows.length < windowCount / 2) return undefined;
  const slopes = windows.flatMap((one, index) =>
    windows.slice(index + 1).map((other) => (other.value - one.value) / (other.atMs - one.atMs)),
  );
  const growth = quantile(slopes, 0.5) * spanMs;
  const level = quantile(
    windows.map(({ value }) => value),
    0.5,
  );
  const allowed = Math.max(amount, level * part);
  return { from: level - growth / 2, until: level + growth / 2, growth, allowed, isFlat: growth <= allowed };
}

function quantile(values: readonly number[], part: number): number {
  const inOrder = values.toSorted((one, other) => one - other);
  return inOrder[Math.floor((inOrder.length - 1) * part)] ?? Number.NaN;
}
