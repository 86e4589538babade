import type { DroppableField } from '#core/generation/dropped.ts';
import type { Sampling } from '#core/generation/request.ts';
import type { JsonObject } from '../json-value.ts';
import type { Losses } from './decode-blocks.ts';
import type { ModelQuirks } from './model-quirks.ts';

type Circumstances = { readonly quirks: ModelQuirks; readonly isThinking: boolean; readonly losses: Losses };

/** While a model thinks, nothing below this is taken. */
const thinkingTopPMin = 0.95;

export function encodeSampling(sampling: Sampling, circumstances: Circumstances): JsonObject {
  const { quirks, isThinking, losses } = circumstances;
  noteUncarried(sampling, losses);
  // Both are 1 by default: saying so says nothing.
  const temperature = temperatureOf(sampling, circumstances);
  let topP = sampling.topP === 1 ? undefined : sampling.topP;
  const isBarred = quirks.sampling === 'none' || (isThinking && topP !== undefined && topP < thinkingTopPMin);
  if (topP !== undefined && (isBarred || (quirks.sampling === 'one' && temperature !== undefined))) {
    losses.add('top_p');
    topP = undefined;
  }
  let topK = sampling.topK === 0 ? undefined : sampling.topK;
  if (topK !== undefined && (quirks.sampling === 'none' || isThinking)) {
    losses.add('top_k');
    topK = undefined;
  }
  return { temperature, top_p: topP, top_k: topK };
}

/** Other dialects go up to 2, this one to 1. */
function temperatureOf({ temperature }: Sampling, { quirks, isThinking, losses }: Circumstances): number | undefined {
  if (temperature === undefined || temperature === 1) return undefined;
  if (quirks.sampling !== 'none' && !isThinking && temperature < 1) return temperature;
  losses.add('temperature');
  return undefined;
}

function noteUncarried(sampling: Sampling, losses: Losses): void {
  const idle: readonly (readonly [DroppableField, unknown, number | undefined])[] = [
    ['min_p', sampling.minP, 0],
    ['top_a', sampling.topA, 0],
    ['frequency_penalty', sampling.frequencyPenalty, 0],
    ['presence_penalty', sampling.presencePenalty, 0],
    ['repetition_penalty', sampling.repetitionPenalty, 1],
    ['seed', sampling.seed, undefined],
    ['logit_bias', sampling.logitBias, undefined],
  ];
  for (const [field, value, silent] of idle) if (value !== undefined && value !== silent) losses.add(field);
}
