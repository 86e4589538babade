import type { Bill } from '../usage.ts';

export function writeBill({ input, output, total, details }: Bill): string {
  const counts = `"prompt_tokens":${input},"completion_tokens":${output},"total_tokens":${total}`;
  if (details === undefined) return `{${counts}}`;
  return (
    `{${counts},"prompt_tokens_details":{"cached_tokens":${details.cached},"audio_tokens":0},` +
    `"completion_tokens_details":{"reasoning_tokens":${details.reasoning},"audio_tokens":0,` +
    '"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}'
  );
}
