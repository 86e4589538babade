import type { GenerationRequest, ReasoningAsk, Sampling } from '#core/generation/request.ts';
import type { UpstreamAsk } from '../protocol.ts';
import { encodeThinking } from './encode-thinking.ts';
import type { Losses } from './losses.ts';
import type { ModelQuirks } from './model-quirks.ts';

type Work = { readonly losses: Losses; readonly quirks: ModelQuirks };

const stopMax = 5;

export function encodeConfig(request: GenerationRequest, ask: UpstreamAsk, work: Work): Record<string, unknown> {
  const outputLimit = Math.min(request.outputTokensMax ?? ask.outputLimit, ask.outputLimit);
  const media = request.outputMedia?.filter((medium) => medium !== 'text') ?? [];
  return {
    maxOutputTokens: outputLimit,
    ...(request.choices > 1 ? { candidateCount: request.choices } : {}),
    ...encodeSampling(request.sampling, work.losses),
    ...encodeStop(request, work.losses),
    ...encodeFormat(request, work),
    ...thinkingOf(request.reasoning, { ...work, outputLimit }),
    ...(media.length > 0 ? { responseModalities: request.outputMedia?.map((medium) => medium.toUpperCase()) } : {}),
    ...(request.logprobs
      ? { responseLogprobs: true, ...(request.logprobs.top > 0 ? { logprobs: request.logprobs.top } : {}) }
      : {}),
  };
}

function thinkingOf(reasoning: ReasoningAsk | undefined, work: Work & { readonly outputLimit: number }) {
  const thinkingConfig = reasoning && encodeThinking(reasoning, work);
  return thinkingConfig ? { thinkingConfig } : {};
}

/** The seed is a signed number of 32 bits. */
const seedMax = 0x7fff_ffff;

function encodeSampling(sampling: Sampling, losses: Losses): Record<string, number> {
  const out: Record<string, number> = {};
  if (sampling.temperature !== undefined) out.temperature = sampling.temperature;
  if (sampling.topP !== undefined) out.topP = sampling.topP;
  if (sampling.topK !== undefined) out.topK = sampling.topK;
  // Zero is the default, and newer models refuse the mere field.
  if (sampling.frequencyPenalty) out.frequencyPenalty = sampling.frequencyPenalty;
  if (sampling.presencePenalty) out.presencePenalty = sampling.presencePenalty;
  const { seed } = sampling;
  if (seed !== undefined) {
    if (Number.isInteger(seed) && Math.abs(seed) <= seedMax) out.seed = seed;
    else losses.add('seed');
  }
  if (sampling.minP) losses.add('min_p');
  if (sampling.topA) losses.add('top_a');
  if (sampling.repetitionPenalty !== undefined && sampling.repetitionPenalty !== 1) losses.add('repetition_penalty');
  if (sampling.logitBias) losses.add('logit_bias');
  return out;
}

function encodeStop({ stop }: GenerationRequest, losses: Losses): { stopSequences?: readonly string[] } {
  const texts = stop.map((text) => text.revealText('translate')).filter((text) => text !== '');
  if (texts.length > stopMax) losses.add('stop');
  return texts.length > 0 ? { stopSequences: texts.slice(0, stopMax) } : {};
}

function encodeFormat({ outputFormat, tools }: GenerationRequest, { losses, quirks }: Work) {
  if (!outputFormat || outputFormat.kind === 'text') return {};
  if (tools.length > 0 && !quirks.takesSchemaWithTools) {
    losses.add('response_format');
    return {};
  }
  const responseMimeType = 'application/json';
  if (outputFormat.kind !== 'schema') return { responseMimeType };
  return { responseMimeType, responseJsonSchema: outputFormat.schema.revealJson('translate') };
}
