import { totalInput, type Usage, type UsageSource } from '#core/generation/usage.ts';

/** What we know without believing the upstream. */
export type OwnCount = {
  /** No tokenizer gives more tokens than this for what was sent up. */
  readonly inputBound: number;
  /** Our best estimate of it. */
  readonly inputEstimate: number;
  /** UTF-8 bytes of everything that came as output: more tokens than bytes there cannot be. */
  readonly outputBytes: number;
  readonly outputEstimate: number;
  /** The most output the caller allowed, over all choices. */
  readonly outputBound: number;
};

export type BelievedUsage = { readonly usage: Usage; readonly source: UsageSource; readonly disputed: boolean };

/**
 * The verdict on usage (MONEY §7): reported counts when it lies within bounds, else our own count is charged and the
 * report is disputed. Without a report our estimate stands. Reported below our own count is believed.
 */
export function believeUsage(reported: Usage | undefined, own: OwnCount): BelievedUsage {
  const estimate = estimatedUsage(own);
  if (!reported) return { usage: estimate, source: 'estimated', disputed: false };
  const parts = [
    reported.input,
    reported.cachedInput,
    reported.cacheWrite5m,
    reported.cacheWrite1h,
    reported.output,
    reported.reasoning,
  ];
  const isCount = parts.every((part) => Number.isSafeInteger(part) && part >= 0);
  const visible = reported.output - reported.reasoning;
  const inBounds =
    isCount &&
    visible >= 0 &&
    totalInput(reported) <= own.inputBound &&
    // 1.15 × our own count + 64, in whole numbers. Reasoning need not be shown, so only the caller's limit bounds it.
    visible * 20 <= own.outputBytes * 23 + 1_280 &&
    reported.output <= own.outputBound;
  return inBounds
    ? { usage: reported, source: 'reported', disputed: false }
    : { usage: estimate, source: 'estimated', disputed: true };
}

function estimatedUsage(own: OwnCount): Usage {
  return {
    input: Math.min(own.inputEstimate, own.inputBound),
    cachedInput: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: Math.min(own.outputEstimate, own.outputBound),
    reasoning: 0,
  };
}
