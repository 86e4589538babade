/**
 * What is known not to come out equal, each with its reason. None may stand in text, tool arguments, usage or finish,
 * and no table may have more than one in a hundred.
 */
export type Exception = {
  readonly table: string;
  /** Undefined: every pair. */
  readonly pair?: string;
  readonly ids: readonly string[];
  /** Where the difference begins. */
  readonly path: string;
  readonly reason: string;
};

export const exceptions: readonly Exception[] = [];

/** Places in which no exception is allowed. */
export const neverExcepted = /\.(text|input|output|usage|finish)\b/;
export const exceptedShareMax = 0.01;
