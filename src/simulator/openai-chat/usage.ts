import { countTokens, type Reply } from '../script.ts';

export type Usage = {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
};

export function countUsage(input: number, cached: number, replies: readonly Reply[]): Usage {
  const output = replies.reduce((sum, reply) => sum + countTokens(reply), 0);
  const reasoning = replies.reduce((sum, reply) => sum + reply.reasoning.length, 0);
  return { input, cached, output, reasoning };
}

/** As text, because some faults put numbers there that JavaScript would not write. */
export function writeUsage({ input, cached, output, reasoning }: Usage): string {
  return (
    `{"prompt_tokens":${input},"completion_tokens":${output},"total_tokens":${input + output},` +
    `"prompt_tokens_details":{"cached_tokens":${cached},"audio_tokens":0},` +
    `"completion_tokens_details":{"reasoning_tokens":${reasoning},"audio_tokens":0,` +
    '"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}'
  );
}
