import type { DroppableField } from '#core/generation/dropped.ts';
import {
  type GenerationRequest,
  type OutputFormat,
  type ReasoningAsk,
  type ReasoningEffort,
  reasoningEfforts,
} from '#core/generation/request.ts';
import type { UpstreamAsk } from '../protocol.ts';
import { effortOfBudget } from '../reasoning-budget.ts';
import { type EncodeAbout, encodeCache } from './encode-parts.ts';
import type { Feature } from './quirks.ts';

const stopMax = 4;

/** A field that says no more than what holds without it is no loss. */
export function encodeSampling({ sampling, stop, logprobs }: GenerationRequest, about: EncodeAbout): object {
  const keep = <Value>(field: Feature & DroppableField, value: Value | undefined, isDefault = false) =>
    keepTaken(field, value, isDefault, about);
  if (stop.length > stopMax) about.losses.add('stop');
  return {
    temperature: sampling.temperature,
    top_p: sampling.topP,
    top_k: keep('top_k', sampling.topK),
    min_p: keep('min_p', sampling.minP, sampling.minP === 0),
    top_a: keep('top_a', sampling.topA, sampling.topA === 0),
    frequency_penalty: keep('frequency_penalty', sampling.frequencyPenalty, sampling.frequencyPenalty === 0),
    presence_penalty: keep('presence_penalty', sampling.presencePenalty, sampling.presencePenalty === 0),
    repetition_penalty: keep('repetition_penalty', sampling.repetitionPenalty, sampling.repetitionPenalty === 1),
    [about.quirks.seedField]: keep('seed', sampling.seed),
    logit_bias: keep('logit_bias', sampling.logitBias?.revealJson('translate')),
    stop: stop.length === 0 ? undefined : stop.slice(0, stopMax).map((each) => each.revealText('translate')),
    logprobs: keep('logprobs', logprobs && true),
    top_logprobs: logprobs && logprobs.top > 0 && about.quirks.takes.has('logprobs') ? logprobs.top : undefined,
  };
}

function keepTaken<Value>(
  field: Feature & DroppableField,
  value: Value | undefined,
  isDefault: boolean,
  { quirks, losses }: EncodeAbout,
): Value | undefined {
  if (value === undefined || quirks.takes.has(field)) return value;
  if (!isDefault) losses.add(field);
  return undefined;
}

/** Who asks, and for what service. */
export function encodeService(request: GenerationRequest, ask: UpstreamAsk, about: EncodeAbout): object {
  const keep = <Value>(field: Feature & DroppableField, value: Value | undefined, isDefault = false) =>
    keepTaken(field, value, isDefault, about);
  const { serviceTier } = request;
  const user = request.user?.revealText('translate');
  const isStored = request.foreign.some(({ field }) => field === 'store');
  const metadata = request.metadata?.revealJson('translate');
  // OpenAI takes metadata for what it stores alone, and refuses it otherwise.
  const canLabel = metadata === undefined || isStored || !about.quirks.takes.has('metadata');
  if (!canLabel) about.losses.add('metadata');
  return {
    n: keep('n', request.choices === 1 ? undefined : request.choices),
    user: keep('user', user === undefined ? undefined : ask.pseudonym(user)),
    metadata: canLabel ? keep('metadata', metadata) : undefined,
    service_tier: keep(
      'service_tier',
      serviceTier === 'standard_only' ? 'default' : serviceTier,
      serviceTier === 'auto' || serviceTier === 'default' || serviceTier === 'standard_only',
    ),
    verbosity: keep('verbosity', request.verbosity),
    prompt_cache_key: keep('prompt_cache_key', request.promptCacheKey?.revealText('translate')),
    modalities: encodeModalities(request, about),
    ...encodeCache(request, about),
    ...encodeForeign(request, about),
    ...(about.quirks.mustSayStore && !isStored ? { store: false } : {}),
  };
}

function encodeModalities({ outputMedia = [] }: GenerationRequest, { quirks, losses }: EncodeAbout) {
  const { takes } = quirks;
  const kept = outputMedia.filter(
    (each) => each === 'text' || takes.has(each === 'image' ? 'image_output' : 'modalities'),
  );
  if (kept.length < outputMedia.length) losses.add('modalities');
  return kept.every((each) => each === 'text') ? undefined : kept;
}

function encodeForeign(request: GenerationRequest, { quirks, losses }: EncodeAbout): object {
  const fields: Record<string, unknown> = {};
  for (const { family, field, loss, value } of request.foreign) {
    if (family === 'openai' && quirks.takes.has('openai_fields')) fields[field] = value.revealJson('translate');
    else losses.add(loss);
  }
  return fields;
}

export function encodeFormat(format: OutputFormat | undefined, { quirks, losses }: EncodeAbout): object {
  if (format === undefined) return {};
  if (format.kind !== 'schema') return format.kind === 'text' ? {} : { response_format: { type: 'json_object' } };
  if (!quirks.takes.has('json_schema')) {
    losses.add('response_format');
    return { response_format: { type: 'json_object' } };
  }
  const strict = quirks.takes.has('strict') ? format.strict : undefined;
  if (format.strict && strict === undefined) losses.add('strict');
  return {
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: nameOfSchema(format.name?.revealText('translate')),
        description: format.description?.revealText('translate'),
        schema: format.schema.revealJson('translate'),
        strict,
      },
    },
  };
}

/** The name is needed, and of few letters. */
function nameOfSchema(name: string | undefined): string {
  const plain = (name ?? '').replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64);
  return plain === '' ? 'answer' : plain;
}

export function encodeReasoningAsk(
  reasoning: ReasoningAsk | undefined,
  outputLimit: number,
  { quirks, losses }: EncodeAbout,
): object {
  if (reasoning === undefined) return {};
  const { budget, summary } = reasoning;
  const effort = reasoning.effort ?? (budget === undefined ? undefined : effortOfBudget(budget, outputLimit));
  if (quirks.effortField === 'reasoning') return { reasoning: toReasoning(reasoning) };
  if (summary !== undefined) losses.add('reasoning_summary');
  if (effort === undefined) return {};
  switch (quirks.effortField) {
    case 'none':
      losses.add('reasoning_effort');
      return {};
    case 'thinking':
      if (effort !== 'none' && budget !== 'dynamic') losses.add('reasoning_effort');
      return { thinking: { type: effort === 'none' ? 'disabled' : 'enabled' } };
    case 'reasoning_effort': {
      const nearest = nearestEffort(effort, quirks.efforts);
      if (nearest === undefined) losses.add('reasoning_effort');
      return { reasoning_effort: nearest };
    }
  }
}

function toReasoning({ effort, budget, isShown, summary }: ReasoningAsk): object {
  return {
    effort,
    max_tokens: effort === undefined && typeof budget === 'number' ? budget : undefined,
    enabled: effort === undefined && budget === 'dynamic' ? true : undefined,
    exclude: isShown === false ? true : undefined,
    summary,
  };
}

/** The word itself or the one next to it; no thinking at all is never taken for a little. */
function nearestEffort(effort: ReasoningEffort, known: readonly ReasoningEffort[]): ReasoningEffort | undefined {
  if (known.includes(effort)) return effort;
  if (effort === 'none') return undefined;
  const rank = (each: ReasoningEffort) => reasoningEfforts.indexOf(each);
  const thinking = known.filter((each) => each !== 'none');
  return thinking.toSorted((a, b) => Math.abs(rank(a) - rank(effort)) - Math.abs(rank(b) - rank(effort)))[0];
}
