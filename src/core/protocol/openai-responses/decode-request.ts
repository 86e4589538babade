import { Content } from '#core/generation/content.ts';
import type { DroppableField } from '#core/generation/dropped.ts';
import type { ForeignField, GenerationRequest, OutputFormat, ServiceTier } from '#core/generation/request.ts';
import { fieldOf, flagOf, isObject, type JsonObject, listOf, numberOf, parseJudged, textOf } from '../json-value.ts';
import { decodeForeign, knownFields } from './decode-foreign.ts';
import { decodeInput } from './decode-input.ts';
import { decodeReasoningAsk } from './decode-reasoning.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { contentOf } from './tool-names.ts';

/** The whole request. What stands only for stored state does not come here: `readRequest` keeps it to this dialect. */
export function decodeRequest(body: Uint8Array): GenerationRequest {
  const parsed = parseJudged(body);
  const request: JsonObject = isObject(parsed) ? parsed : {};
  const dropped = new Set<DroppableField>();
  const drop = (field: DroppableField) => void dropped.add(field);
  const foreign: ForeignField[] = [];
  const include = listOf(fieldOf(request, 'include'));
  const text = fieldOf(request, 'text');
  const decoded = {
    model: textOf(fieldOf(request, 'model')) ?? '',
    stream: flagOf(fieldOf(request, 'stream')) ?? false,
    messages: decodeInput(fieldOf(request, 'instructions'), fieldOf(request, 'input'), drop),
    tools: decodeTools(fieldOf(request, 'tools'), drop),
    toolChoice: decodeToolChoice(fieldOf(request, 'tool_choice'), drop),
    parallelToolCalls: flagOf(fieldOf(request, 'parallel_tool_calls')),
    outputFormat: decodeFormat(fieldOf(text, 'format'), drop),
    reasoning: decodeReasoningAsk(fieldOf(request, 'reasoning'), { foreign, drop }),
    sampling: {
      temperature: numberOf(fieldOf(request, 'temperature')),
      topP: numberOf(fieldOf(request, 'top_p')),
    },
    outputTokensMax: numberOf(fieldOf(request, 'max_output_tokens')),
    choices: 1,
    stop: [],
    cache: undefined,
    promptCacheKey: contentOf(fieldOf(request, 'prompt_cache_key')),
    user: contentOf(fieldOf(request, 'safety_identifier') ?? fieldOf(request, 'user')),
    metadata: decodeMetadata(fieldOf(request, 'metadata')),
    serviceTier: decodeServiceTier(fieldOf(request, 'service_tier'), drop),
    verbosity: decodeVerbosity(fieldOf(text, 'verbosity'), drop),
    outputMedia: undefined,
    logprobs: decodeLogprobsAsk(fieldOf(request, 'top_logprobs'), include),
  };
  if (flagOf(fieldOf(request, 'store')) === true) drop('store');
  if (Object.keys(request).some((name) => !knownFields.has(name) && request[name] !== null)) drop('unknown_field');
  foreign.push(...decodeForeign(request));
  return { ...decoded, foreign, dropped: [...dropped] };
}

type Drop = (field: DroppableField) => void;

function decodeFormat(format: unknown, drop: Drop): OutputFormat | undefined {
  if (format === undefined || format === null) return undefined;
  switch (fieldOf(format, 'type')) {
    case 'text':
      return { kind: 'text' };
    case 'json_object':
      return { kind: 'json' };
    case 'json_schema':
      return {
        kind: 'schema',
        name: contentOf(fieldOf(format, 'name')),
        description: contentOf(fieldOf(format, 'description')),
        schema: Content.ofJson(fieldOf(format, 'schema') ?? {}),
        strict: flagOf(fieldOf(format, 'strict')),
      };
    default:
      drop('response_format');
      return undefined;
  }
}

function decodeMetadata(metadata: unknown): Content | undefined {
  return isObject(metadata) && Object.keys(metadata).length > 0 ? Content.ofJson(metadata) : undefined;
}

const tiers: ReadonlySet<string> = new Set<ServiceTier>(['auto', 'default', 'flex', 'priority', 'scale', 'fast']);

function decodeServiceTier(tier: unknown, drop: Drop): ServiceTier | undefined {
  if (tier === undefined || tier === null) return undefined;
  // One of the words of the set.
  if (typeof tier === 'string' && tiers.has(tier)) return tier as ServiceTier;
  drop('service_tier');
  return undefined;
}

function decodeVerbosity(verbosity: unknown, drop: Drop): GenerationRequest['verbosity'] {
  if (verbosity === 'low' || verbosity === 'medium' || verbosity === 'high') return verbosity;
  if (verbosity !== undefined && verbosity !== null) drop('verbosity');
  return undefined;
}

function decodeLogprobsAsk(top: unknown, include: readonly unknown[]): GenerationRequest['logprobs'] {
  const count = numberOf(top) ?? 0;
  return count > 0 || include.includes('message.output_text.logprobs') ? { top: count } : undefined;
}
