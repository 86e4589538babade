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
  /** Of `input`, how many of the tokens were audio. Absent is none, here and below. */
  readonly audioInput?: number;
  /** Of `output`, how many of the tokens were audio. */
  readonly audioOutput?: number;
  /** Of audio that was listened to, or spoken. */
  readonly audioSeconds?: number;
  /** Pictures that were made. */
  readonly images?: number;
};

/** What a request for pictures or audio can use at most, beyond tokens. */
export type MediaBounds = {
  readonly images: number;
  readonly audioSeconds: number;
  /** Tokens on either side may be audio, which may have prices of their own. */
  readonly hasAudio: boolean;
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

/** What was used before anything came back. Seconds of audio that was sent up are part of it. */
export function inputOf(usage: Usage): Usage {
  if (!countsMedia(usage)) return { ...usage, output: 0, reasoning: 0 };
  const { audioOutput: _, images: __, ...heard } = usage;
  return { ...heard, output: 0, reasoning: 0 };
}

/** Something beside tokens of text was counted. */
export function countsMedia({ audioInput, audioOutput, audioSeconds, images }: Usage): boolean {
  return audioInput !== undefined || audioOutput !== undefined || audioSeconds !== undefined || images !== undefined;
}

export function totalInput(usage: Usage): number {
  return usage.input + usage.cachedInput + usage.cacheWrite5m + usage.cacheWrite1h;
}

const ordinaryTiers: ReadonlySet<string> = new Set(['default', 'standard', 'standard_only', 'auto']);

/** A foreign word for a service tier as part of usage; nothing where it is the ordinary one, or no such word. */
export function servedTier(word: unknown): Pick<Usage, 'serviceTier'> {
  if (typeof word !== 'string' || ordinaryTiers.has(word) || !/^[a-z][a-z_]{1,23}$/.test(word)) return {};
  return { serviceTier: word };
}
