import type { Harm } from '../verdict.ts';

/**
 * What one attempt taught about its endpoint, told once, when it is over. Instants are monotonic milliseconds. Nothing in it
 * says whose request it was.
 */
export type AttemptReport = {
  /**
   * `answered`: to its good end. `failed`: `harm` says whose doing, also for an answer that broke off. `left`: the caller, or we,
   * stopped it: it says nothing.
   */
  readonly outcome: 'answered' | 'failed' | 'left';
  readonly harm: Harm;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Undefined: none came, or the reply was not streamed. */
  readonly firstContentAt: number | undefined;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** Of a failure: what the upstream said of when to come again. */
  readonly retryAfterMs: number | undefined;
};

/** What the tool calls of an answer were; the first trouble counts. `none`: there were none, or nobody looked. */
export type ToolVerdict = 'none' | 'usable' | ToolTrouble;

export const toolTroubles = ['invalid-json', 'unknown-name', 'schema-mismatch'] as const;

export type ToolTrouble = (typeof toolTroubles)[number];
