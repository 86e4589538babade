import { Content } from '#core/generation/content.ts';
import type { DroppableField } from '#core/generation/dropped.ts';
import type { ForeignField, GenerationRequest, OutputFormat, Sampling, ServiceTier } from '#core/generation/request.ts';
import { fieldOf, flagOf, isObject, listOf, numberOf, parseJudged, textOf } from '../json-value.ts';
import { decodeMessages } from './decode-messages.ts';
import { decodeCache, type Losses } from './decode-parts.ts';
import { decodeReasoningAsk } from './decode-reasoning-ask.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';

/** The whole request of a caller whose upstream speaks another dialect. `readRequest` has judged it. */
export function decodeRequest(body: Uint8Array): GenerationRequest {
  const request = parseJudged(body);
  const losses: Losses = new Set();
  const user = textOf(fieldOf(request, 'safety_identifier')) ?? textOf(fieldOf(request, 'user'));
  const metadata = fieldOf(request, 'metadata');
  const cacheKey = textOf(fieldOf(request, 'prompt_cache_key'));
  noteUnknown(request, losses);
  return {
    model: textOf(fieldOf(request, 'model')) ?? '',
    stream: flagOf(fieldOf(request, 'stream')) ?? false,
    messages: decodeMessages(fieldOf(request, 'messages'), losses),
    tools: decodeTools(request, losses),
    toolChoice: decodeToolChoice(request, losses),
    parallelToolCalls: flagOf(fieldOf(request, 'parallel_tool_calls')),
    outputFormat: decodeFormat(fieldOf(request, 'response_format'), losses),
    reasoning: decodeReasoningAsk(request, losses),
    sampling: decodeSampling(request),
    outputTokensMax: smaller(numberIn(request, 'max_tokens'), numberIn(request, 'max_completion_tokens')),
    choices: numberIn(request, 'n') ?? 1,
    stop: decodeStop(fieldOf(request, 'stop')),
    cache: decodeCache(request).cache,
    promptCacheKey: cacheKey === undefined ? undefined : Content.ofText(cacheKey),
    user: user === undefined ? undefined : Content.ofText(user),
    metadata: isObject(metadata) ? Content.ofJson(metadata) : undefined,
    serviceTier: decodeTier(request, losses),
    verbosity: decodeVerbosity(request, losses),
    outputMedia: decodeModalities(fieldOf(request, 'modalities'), losses),
    logprobs: flagOf(fieldOf(request, 'logprobs')) ? { top: numberIn(request, 'top_logprobs') ?? 0 } : undefined,
    foreign: decodeForeign(request),
    dropped: [...losses],
  };
}

/** Fields that go to members of the neutral form, or that `readRequest` has read already. */
const known = new Set(
  `model messages stream stream_options tools functions tool_choice function_call parallel_tool_calls response_format
  reasoning_effort reasoning include_reasoning thinking temperature top_p top_k min_p top_a frequency_penalty presence_penalty
  repetition_penalty seed logit_bias max_tokens max_completion_tokens n stop cache_control prompt_cache_key user
  safety_identifier metadata service_tier verbosity modalities logprobs top_logprobs`.split(/\s+/),
);

/** What OpenAI alone can be asked, and what is lost where it cannot go along. */
const foreignFields: Readonly<Record<string, DroppableField>> = {
  audio: 'audio_output',
  prediction: 'prediction',
  web_search_options: 'web_search_options',
  prompt_cache_retention: 'prompt_cache_retention',
  prompt_cache_options: 'cache_control',
  store: 'store',
  moderation: 'unknown_field',
};

function noteUnknown(request: unknown, losses: Losses): void {
  if (!isObject(request)) return;
  for (const [name, value] of Object.entries(request)) {
    if (value !== null && !known.has(name) && !Object.hasOwn(foreignFields, name)) losses.add('unknown_field');
  }
}

function decodeForeign(request: unknown): readonly ForeignField[] {
  return Object.entries(foreignFields).flatMap(([field, loss]): readonly ForeignField[] => {
    const value = fieldOf(request, field);
    // Not to store is what we ask for anyway.
    if (value === undefined || value === null || (field === 'store' && value === false)) return [];
    return [{ family: 'openai', loss, field, value: Content.ofJson(value) }];
  });
}

function decodeFormat(format: unknown, losses: Losses): OutputFormat | undefined {
  if (!isObject(format)) return undefined;
  switch (fieldOf(format, 'type')) {
    case 'text':
      return { kind: 'text' };
    case 'json_object':
      return { kind: 'json' };
    case 'json_schema': {
      const named = fieldOf(format, 'json_schema');
      const schema = fieldOf(named, 'schema');
      if (!isObject(schema)) return { kind: 'json' };
      const name = textOf(fieldOf(named, 'name'));
      const description = textOf(fieldOf(named, 'description'));
      return {
        kind: 'schema',
        name: name === undefined ? undefined : Content.ofText(name),
        description: description === undefined ? undefined : Content.ofText(description),
        schema: Content.ofJson(schema),
        strict: flagOf(fieldOf(named, 'strict')),
      };
    }
    default:
      losses.add('response_format');
      return undefined;
  }
}

const samplingFields = {
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  min_p: 'minP',
  top_a: 'topA',
  frequency_penalty: 'frequencyPenalty',
  presence_penalty: 'presencePenalty',
  repetition_penalty: 'repetitionPenalty',
  seed: 'seed',
} as const satisfies Record<string, keyof Sampling>;

function decodeSampling(request: unknown): Sampling {
  const sampling: { -readonly [Field in keyof Sampling]: Sampling[Field] } = {};
  for (const [field, member] of Object.entries(samplingFields)) {
    const value = numberIn(request, field);
    if (value !== undefined) sampling[member] = value;
  }
  const bias = fieldOf(request, 'logit_bias');
  if (isObject(bias)) sampling.logitBias = Content.ofJson(bias);
  return sampling;
}

function decodeStop(stop: unknown): readonly Content[] {
  if (typeof stop === 'string') return [Content.ofText(stop)];
  return listOf(stop).flatMap((each) => (typeof each === 'string' ? [Content.ofText(each)] : []));
}

const tiers: readonly ServiceTier[] = ['auto', 'default', 'flex', 'priority', 'scale', 'fast', 'standard_only'];

function decodeTier(request: unknown, losses: Losses): ServiceTier | undefined {
  const word = fieldOf(request, 'service_tier');
  const tier = tiers.find((each) => each === word);
  if (tier === undefined && word !== undefined && word !== null) losses.add('service_tier');
  return tier;
}

function decodeVerbosity(request: unknown, losses: Losses): 'low' | 'medium' | 'high' | undefined {
  const word = fieldOf(request, 'verbosity');
  if (word === 'low' || word === 'medium' || word === 'high') return word;
  if (word !== undefined && word !== null) losses.add('verbosity');
  return undefined;
}

function decodeModalities(modalities: unknown, losses: Losses): readonly ('text' | 'image' | 'audio')[] | undefined {
  const media = listOf(modalities).flatMap((each) => {
    if (each === 'text' || each === 'image' || each === 'audio') return [each] as const;
    losses.add('modalities');
    return [];
  });
  return media.every((each) => each === 'text') ? undefined : media;
}

function numberIn(request: unknown, field: string): number | undefined {
  return numberOf(fieldOf(request, field));
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
