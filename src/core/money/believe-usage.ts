import { countsMedia, type MediaBounds, totalInput, type Usage, type UsageSource } from '#core/generation/usage.ts';

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
  /** The estimates are counts, by the model's own tokenizer. */
  readonly isCounted?: boolean;
  /** Where input or output is more than text. */
  readonly media?: OwnMedia | undefined;
};

/** Of pictures and audio: what there can be at most, and what we saw of it ourselves. */
export type OwnMedia = {
  readonly bounds: MediaBounds;
  readonly images: number;
  readonly audioSeconds: number;
  /** Of our estimates, how many tokens are audio. */
  readonly audioInput: number;
  readonly audioOutput: number;
};

export type BelievedUsage = { readonly usage: Usage; readonly source: UsageSource; readonly disputed: boolean };

/**
 * The verdict on usage (MONEY §7): reported counts when it lies within bounds, else our own count is charged and the
 * report is disputed. Without a report our estimate stands. Reported below our own count is believed.
 */
export function believeUsage(reported: Usage | undefined, own: OwnCount): BelievedUsage {
  const estimate = estimatedUsage(own);
  const source = own.isCounted ? 'counted' : 'estimated';
  if (!reported) return { usage: estimate, source, disputed: false };
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
    reported.output <= own.outputBound &&
    (!countsMedia(reported) || isMediaInBounds(reported, own.media?.bounds));
  return inBounds
    ? { usage: own.media ? withOwnMedia(reported, own.media) : reported, source: 'reported', disputed: false }
    : { usage: estimate, source, disputed: true };
}

function isMediaInBounds(reported: Usage, bounds: MediaBounds | undefined): boolean {
  const { audioInput = 0, audioOutput = 0, audioSeconds = 0, images = 0 } = reported;
  return (
    [audioInput, audioOutput, audioSeconds, images].every((count) => Number.isSafeInteger(count) && count >= 0) &&
    audioInput <= reported.input &&
    audioOutput <= reported.output - reported.reasoning &&
    audioSeconds <= (bounds?.audioSeconds ?? 0) &&
    images <= (bounds?.images ?? 0)
  );
}

/** Who reports tokens may leave pictures and seconds to us: they are what we saw. */
function withOwnMedia(usage: Usage, own: OwnMedia): Usage {
  return { ...usage, images: usage.images ?? own.images, audioSeconds: usage.audioSeconds ?? own.audioSeconds };
}

function estimatedUsage(own: OwnCount): Usage {
  return {
    input: Math.min(own.inputEstimate, own.inputBound),
    cachedInput: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: Math.min(own.outputEstimate, own.outputBound),
    reasoning: 0,
    ...(own.media ? estimatedMedia(own, own.media) : {}),
  };
}

function estimatedMedia(own: OwnCount, { images, audioSeconds, audioInput, audioOutput }: OwnMedia): Partial<Usage> {
  return {
    images,
    audioSeconds,
    audioInput: Math.min(audioInput, own.inputEstimate, own.inputBound),
    audioOutput: Math.min(audioOutput, own.outputEstimate, own.outputBound),
  };
}
