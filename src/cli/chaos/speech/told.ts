/** What a reply tells, whatever its dialect. */
export type Told = {
  readonly text: string;
  /** Arguments of tool calls, joined. */
  readonly calls: string;
  readonly finish: string | undefined;
  /** The dialect's own word of an error. */
  readonly error: string | undefined;
  readonly usage: { readonly input: number; readonly output: number } | undefined;
  /** Apart from the rest, as only some ask for it. */
  readonly usageApart: boolean;
  readonly comments: number;
  /** Valid in no dialect. */
  readonly broken: readonly string[];
  /** Against the order or the shape of the dialect. */
  readonly odd: readonly string[];
};

export const nothingTold: Told = {
  text: '',
  calls: '',
  finish: undefined,
  error: undefined,
  usage: undefined,
  usageApart: false,
  comments: 0,
  broken: [],
  odd: [],
};

// What JSON holds is read as it comes: a reply of another shape is told as broken or odd.
// biome-ignore lint/suspicious/noExplicitAny: see above.
export type Json = any;

/** Undefined when it is none, or nothing with fields. */
export function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

export function usageOf(input: unknown, output: unknown): Told['usage'] {
  return typeof input === 'number' && typeof output === 'number' ? { input, output } : undefined;
}
