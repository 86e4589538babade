import { countTokens, type Reply } from './script.ts';

/** Input includes what was cached, output includes reasoning. */
export type Usage = {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
};

/** What stands on the wire as usage. Numbers are JSON text, because some faults put there what JavaScript would not. */
export type Bill = {
  readonly input: string;
  readonly output: string;
  readonly total: string;
  /** False bills have no details. */
  readonly details: { readonly cached: number; readonly written: number; readonly reasoning: number } | undefined;
  readonly isTwice: boolean;
  /** At a place where only some providers report it. */
  readonly isElsewhere: boolean;
};

export function countUsage(input: number, cached: number, replies: readonly Reply[]): Usage {
  const output = replies.reduce((sum, reply) => sum + countTokens(reply), 0);
  const reasoning = replies.reduce((sum, reply) => sum + reply.reasoning.length, 0);
  return { input, cached, output, reasoning };
}

/** `written` tokens went into the cache; most dialects do not tell. */
export function billUsage({ input, cached, output, reasoning }: Usage, written = 0): Bill {
  return {
    input: String(input),
    output: String(output),
    total: String(input + output),
    details: { cached, written, reasoning },
    isTwice: false,
    isElsewhere: false,
  };
}
