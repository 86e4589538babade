import type { DroppableField } from '#core/generation/dropped.ts';
import type { GenerationRequest } from '#core/generation/request.ts';
import { closeSchema } from '../anthropic-messages/close-schema.ts';
import { encodeSampling } from '../anthropic-messages/encode-sampling.ts';
import { encodeThinking } from '../anthropic-messages/encode-thinking.ts';
import type { JsonObject } from '../json-value.ts';
import type { EncodedRequest, UpstreamAsk } from '../protocol.ts';
import { budgetOfEffort, effortOfBudget } from '../reasoning-budget.ts';
import { limitCachePoints } from './cache-points.ts';
import { cachePoint, encodeMessages, type Losses } from './encode-messages.ts';
import { encodeTools } from './encode-tools.ts';
import { type ConverseQuirks, quirksOf } from './model-quirks.ts';
import { lacksThinking, settleTurns } from './settle-turns.ts';
import { ToolNames } from './tool-identity.ts';

/** The request as Converse takes it. What only some makers' models know goes into `additionalModelRequestFields`. */
export function encodeRequest(request: GenerationRequest, ask: UpstreamAsk): EncodedRequest {
  const losses: Losses = new Set();
  const names = new ToolNames();
  const quirks = quirksOf(ask.model);
  const encoding = { losses, names, quirks };
  const { system, turns } = encodeMessages(request, encoding);
  const own = ownFields(request, ask, { quirks, losses, isBroken: lacksThinking(turns) });
  const takesPrefill = quirks.claude?.takesPrefill === true && !own.isThinking;
  const messages = settleTurns(turns, { takesPrefill, losses });
  const { toolConfig, ownChoice } = encodeTools(request, { ...encoding, turns, isThinking: own.isThinking });
  noteUncarried(request, losses);
  const fields = { ...own.fields, ...(ownChoice ? { tool_choice: ownChoice } : {}) };
  const body: JsonObject = {
    messages: withMarkOfAll(messages, request, { quirks, losses }),
    system: system.length > 0 ? system : undefined,
    inferenceConfig: { maxTokens: ask.outputLimit, ...own.inference, stopSequences: stopsOf(request, losses) },
    toolConfig,
    additionalModelRequestFields: Object.keys(fields).length > 0 ? fields : undefined,
    additionalModelResponseFieldPaths: stopPathOf(request, quirks),
    serviceTier: tierOf(request, losses),
  };
  return { body: JSON.stringify(limitCachePoints(body, losses)), dropped: [...losses], toolNames: names.changed };
}

type Judged = { readonly quirks: ConverseQuirks; readonly losses: Losses };

type OwnFields = { readonly fields: JsonObject; readonly inference: JsonObject; readonly isThinking: boolean };

function ownFields(
  request: GenerationRequest,
  ask: UpstreamAsk,
  judged: Judged & { readonly isBroken: boolean },
): OwnFields {
  return judged.quirks.claude ? claudeFields(request, ask, judged) : otherFields(request, ask, judged);
}

/** Anthropic's models take their own fields, in their own words, beside what all models take. */
function claudeFields(
  { reasoning, sampling, outputFormat }: GenerationRequest,
  { outputLimit }: UpstreamAsk,
  { quirks: { claude }, losses, isBroken }: Judged & { readonly isBroken: boolean },
): OwnFields {
  if (!claude) return { fields: {}, inference: {}, isThinking: false };
  const asked = encodeThinking(reasoning, claude, { outputLimit, losses });
  const isGivenUp = isBroken && asked.field?.type === 'enabled';
  if (isGivenUp) losses.add('reasoning');
  const thinking = isGivenUp ? { field: undefined, effort: undefined, isOn: false } : asked;
  const taken = encodeSampling(sampling, { quirks: claude, isThinking: thinking.isOn, losses });
  const schema = outputFormat?.kind === 'schema' && claude.takesSchema ? outputFormat.schema : undefined;
  if (outputFormat && outputFormat.kind !== 'text' && !schema) losses.add('response_format');
  const format = schema && { type: 'json_schema', schema: closeSchema(schema.revealJson('translate')) };
  const config = { ...(thinking.effort ? { effort: thinking.effort } : {}), ...(format ? { format } : {}) };
  return {
    fields: {
      ...(thinking.field ? { thinking: thinking.field } : {}),
      ...(Object.keys(config).length > 0 ? { output_config: config } : {}),
      ...(taken.top_k === undefined ? {} : { top_k: taken.top_k }),
    },
    inference: { temperature: taken.temperature, topP: taken.top_p },
    isThinking: thinking.isOn,
  };
}

/** Says what else than temperature, top_p and top_k is lost; those three are judged for each maker's models. */
const anyModel = {
  thinking: 'none',
  thinksByDefault: false,
  takesXhigh: false,
  sampling: 'both',
  takesPrefill: false,
  takesSchema: false,
} as const;

function otherFields(request: GenerationRequest, ask: UpstreamAsk, { quirks, losses }: Judged): OwnFields {
  const { sampling, outputFormat } = request;
  encodeSampling(sampling, { quirks: anyModel, isThinking: false, losses });
  if (outputFormat && outputFormat.kind !== 'text') losses.add('response_format');
  const { temperature, topP, topK } = sampling;
  if (topK !== undefined && quirks.topK === 'none') losses.add('top_k');
  const isWarm = temperature !== undefined && temperature > 1;
  return {
    fields: {
      ...(topK !== undefined && quirks.topK === 'nova' ? { inferenceConfig: { topK } } : {}),
      ...reasoningFields(request, ask, { quirks, losses }),
    },
    inference: { temperature: isWarm ? undefined : temperature, topP },
    isThinking: false,
  };
}

function reasoningFields({ reasoning }: GenerationRequest, { outputLimit }: UpstreamAsk, { quirks, losses }: Judged) {
  const said =
    reasoning?.effort ?? (reasoning?.budget === undefined ? undefined : effortOfBudget(reasoning.budget, outputLimit));
  if (said === undefined || said === 'none' || budgetOfEffort(said, outputLimit) === 0) return {};
  const effort = said === 'minimal' ? 'low' : said === 'xhigh' || said === 'max' ? 'high' : said;
  switch (quirks.reasoning) {
    case 'nova':
      return { reasoningConfig: { type: 'enabled', maxReasoningEffort: effort } };
    case 'openai':
      return { reasoning_effort: effort };
    case 'claude':
    case 'none':
      losses.add('reasoning');
      return {};
  }
}

type Messages = ReturnType<typeof settleTurns>;

/** Cache as much as may be: a mark behind the last message. */
function withMarkOfAll(messages: Messages, { cache }: GenerationRequest, { quirks, losses }: Judged): Messages {
  const last = messages.at(-1);
  if (!cache || !last) return messages;
  if (quirks.caches !== 'nowhere') {
    return [...messages.slice(0, -1), { ...last, content: [...last.content, cachePoint(cache)] }];
  }
  losses.add('cache_control');
  return messages;
}

/** A sequence of white space alone is refused. */
function stopsOf({ stop }: GenerationRequest, losses: Losses): readonly string[] | undefined {
  const texts = stop.map((sequence) => sequence.revealText('translate'));
  const taken = texts.filter((text) => text.trim() !== '');
  if (taken.length < texts.length) losses.add('stop');
  return taken.length > 0 ? taken : undefined;
}

/** Only Anthropic's models say which sequence it was, and only when they are asked. */
function stopPathOf({ stop, stream }: GenerationRequest, { claude }: ConverseQuirks): readonly string[] | undefined {
  if (!claude || stop.length === 0) return undefined;
  return [stream ? '/delta/stop_sequence' : '/stop_sequence'];
}

function tierOf({ serviceTier }: GenerationRequest, losses: Losses): JsonObject | undefined {
  switch (serviceTier) {
    case undefined:
    case 'auto':
    case 'default':
    case 'standard_only':
      return undefined;
    case 'flex':
    case 'priority':
      return { type: serviceTier };
    case 'scale':
    case 'fast':
      losses.add('service_tier');
      return undefined;
  }
}

/** Fields for which there is no place at all. */
function noteUncarried(request: GenerationRequest, losses: Losses): void {
  const asked: readonly (readonly [DroppableField, boolean])[] = [
    ['n', request.choices > 1],
    ['prompt_cache_key', request.promptCacheKey !== undefined],
    ['metadata', request.metadata !== undefined],
    ['user', request.user !== undefined],
    ['verbosity', request.verbosity !== undefined && request.verbosity !== 'medium'],
    ['logprobs', request.logprobs !== undefined],
    ['audio_output', request.outputMedia?.includes('audio') === true],
    ['modalities', request.outputMedia?.includes('image') === true],
  ];
  for (const [field, isAsked] of asked) if (isAsked) losses.add(field);
  for (const { loss } of request.foreign) losses.add(loss);
}
