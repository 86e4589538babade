import { randomLetters } from '../identity.ts';
import type { Prompt } from '../prompt.ts';
import type { Reply } from '../script.ts';
import { countUsage, type Usage, writeUsage } from './usage.ts';

/** One question and its answers: all that is needed to write them in OpenAI's form. */
export type Turn = {
  readonly id: string;
  readonly createdSeconds: number;
  readonly prompt: Prompt;
  readonly replies: readonly Reply[];
  readonly usage: Usage;
  /** What stands on the wire as usage; faults put something else there, or nothing. */
  readonly usageText: string | undefined;
};

export const fingerprint = 'fp_5ea5ca1e00';

// A provider signs reasoning so that it knows its own when it comes back; this one looks like that.
export const reasoningSignature = 'c2FuZGJveC1yZWFzb25pbmctc2lnbmF0dXJlLW9mLW5vLXZhbHVl';

export function beginTurn(options: {
  readonly prompt: Prompt;
  readonly replies: readonly Reply[];
  readonly input: number;
  readonly cached: number;
  readonly nowMs: number;
}): Turn {
  const usage = countUsage(options.input, options.cached, options.replies);
  return {
    id: `chatcmpl-${randomLetters(29)}`,
    createdSeconds: Math.floor(options.nowMs / 1000),
    prompt: options.prompt,
    replies: options.replies,
    usage,
    usageText: writeUsage(usage),
  };
}
