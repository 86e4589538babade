import { randomLetters } from './identity.ts';
import type { Cached } from './prefix-cache.ts';
import type { Prompt } from './prompt.ts';
import type { Reply } from './script.ts';
import { type Bill, billUsage, countUsage, type Usage } from './usage.ts';

/** One question and its answers: all that a dialect needs to write them down. */
export type Turn<P extends Prompt = Prompt> = {
  /** Letters that a dialect puts into its id. */
  readonly letters: string;
  readonly createdMs: number;
  readonly prompt: P;
  readonly replies: readonly Reply[];
  readonly usage: Usage;
  /** What stands on the wire as usage; faults put something else there, or nothing. */
  readonly bill: Bill | undefined;
};

export function beginTurn<P extends Prompt>(options: {
  readonly prompt: P;
  readonly replies: readonly Reply[];
  readonly input: number;
  readonly cache: Cached;
  readonly createdMs: number;
  readonly output?: number | undefined;
}): Turn<P> {
  const counted = countUsage(options.input, options.cache.cached, options.replies);
  const usage = options.output === undefined ? counted : { ...counted, output: options.output };
  const { prompt, replies, createdMs } = options;
  return {
    letters: randomLetters(29),
    createdMs,
    prompt,
    replies,
    usage,
    bill: billUsage(usage, options.cache.written),
  };
}
