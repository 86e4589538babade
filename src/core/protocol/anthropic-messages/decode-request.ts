import { Content } from '#core/generation/content.ts';
import type { DroppableField } from '#core/generation/dropped.ts';
import {
  type ForeignField,
  type GenerationRequest,
  type OutputFormat,
  type ReasoningAsk,
  type ReasoningEffort,
  reasoningEfforts,
  type ServiceTier,
  type Tool,
  type ToolChoice,
} from '#core/generation/request.ts';
import { fieldOf, flagOf, isObject, type JsonObject, listOf, numberOf, parseJudged, textOf } from '../json-value.ts';
import { cacheMarkOf, type Losses } from './decode-blocks.ts';
import { decodeMessages, decodeSystem } from './decode-messages.ts';

export function decodeRequest(body: Uint8Array): GenerationRequest {
  const request = withoutNulls(parseJudged(body));
  const losses: Losses = new Set();
  const choice = request.tool_choice;
  const disablesParallel = flagOf(fieldOf(choice, 'disable_parallel_tool_use'));
  const user = textOf(fieldOf(request.metadata, 'user_id'));
  noteUnknown(request, losses);
  return {
    model: textOf(request.model) ?? '',
    stream: request.stream === true,
    messages: [...decodeSystem(request.system), ...decodeMessages(request.messages, losses)],
    tools: listOf(request.tools).map((tool) => decodeTool(tool, losses)),
    toolChoice: decodeToolChoice(choice),
    parallelToolCalls: disablesParallel === undefined ? undefined : !disablesParallel,
    outputFormat: decodeFormat(request),
    reasoning: decodeReasoning(request),
    sampling: {
      temperature: numberOf(request.temperature),
      topP: numberOf(request.top_p),
      topK: numberOf(request.top_k),
    },
    outputTokensMax: numberOf(request.max_tokens),
    choices: 1,
    stop: listOf(request.stop_sequences).flatMap((stop) => (typeof stop === 'string' ? [Content.ofText(stop)] : [])),
    cache: cacheMarkOf(request),
    promptCacheKey: undefined,
    user: user === undefined ? undefined : Content.ofText(user),
    metadata: undefined,
    serviceTier: decodeTier(request.service_tier),
    verbosity: undefined,
    outputMedia: undefined,
    logprobs: undefined,
    foreign: foreignOf(request),
    dropped: [...losses],
  };
}

/** A field that is null counts as absent. */
function withoutNulls(value: unknown): JsonObject {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}

const knownFields = new Set([
  'thread',
  'model',
  'stream',
  'system',
  'messages',
  'tools',
  'tool_choice',
  'output_config',
  'output_format',
  'thinking',
  'temperature',
  'top_p',
  'top_k',
  'max_tokens',
  'stop_sequences',
  'cache_control',
  'metadata',
  'service_tier',
]);

/** What only this dialect can say, and what is lost without it. */
const foreignFields: Readonly<Record<string, DroppableField>> = {
  container: 'hosted_tool',
  mcp_servers: 'hosted_tool',
  context_management: 'hosted_tool',
  speed: 'service_tier',
  inference_geo: 'unknown_field',
  diagnostics: 'unknown_field',
  fallbacks: 'unknown_field',
  user_profile_id: 'user',
  workspace_id: 'unknown_field',
};

function noteUnknown(request: JsonObject, losses: Losses): void {
  const isKnown = (name: string) => knownFields.has(name) || Object.hasOwn(foreignFields, name);
  if (!Object.keys(request).every(isKnown)) losses.add('unknown_field');
  const { metadata, output_config } = request;
  if (isObject(metadata) && Object.keys(metadata).some((name) => name !== 'user_id')) losses.add('metadata');
  const isConfig = (name: string) => name === 'effort' || name === 'format';
  if (isObject(output_config) && !Object.keys(output_config).every(isConfig)) losses.add('unknown_field');
  const effort = textOf(fieldOf(output_config, 'effort'));
  if (effort !== undefined && effortOf(effort) === undefined) losses.add('reasoning_effort');
}

function foreignOf(request: JsonObject): readonly ForeignField[] {
  return Object.entries(foreignFields).flatMap(([field, loss]) => {
    const value = request[field];
    if (value === undefined || (field === 'speed' && value === 'standard')) return [];
    return [{ family: 'anthropic' as const, loss, field, value: Content.ofJson(value) }];
  });
}

const toolFields = new Set(['type', 'name', 'description', 'input_schema', 'strict', 'cache_control']);
/** Of these the first value says nothing. */
const idleFields: Readonly<Record<string, string>> = {
  defer_loading: 'false',
  eager_input_streaming: 'false',
  allowed_callers: '["direct"]',
  input_examples: '[]',
};

function decodeTool(tool: unknown, losses: Losses): Tool {
  const type = fieldOf(tool, 'type');
  if (type !== undefined && type !== null && type !== 'custom') {
    return { kind: 'hosted', family: 'anthropic', definition: Content.ofJson(tool) };
  }
  const description = textOf(fieldOf(tool, 'description'));
  const schema = fieldOf(tool, 'input_schema');
  for (const [name, value] of Object.entries(isObject(tool) ? tool : {})) {
    const isIdle = value === null || idleFields[name] === JSON.stringify(value);
    if (!toolFields.has(name) && !isIdle) losses.add('unknown_field');
  }
  return {
    kind: 'function',
    name: Content.ofText(textOf(fieldOf(tool, 'name')) ?? ''),
    description: description === undefined ? undefined : Content.ofText(description),
    parameters: isObject(schema) ? Content.ofJson(schema) : undefined,
    strict: flagOf(fieldOf(tool, 'strict')),
    cache: cacheMarkOf(tool),
  };
}

function decodeToolChoice(choice: unknown): ToolChoice | undefined {
  switch (fieldOf(choice, 'type')) {
    case 'auto':
      return { kind: 'auto' };
    case 'none':
      return { kind: 'none' };
    case 'any':
      return { kind: 'required' };
    case 'tool':
      return { kind: 'tool', name: Content.ofText(textOf(fieldOf(choice, 'name')) ?? '') };
    default:
      return undefined;
  }
}

/** `output_format` is the older name, before it moved into `output_config`. */
function decodeFormat({ output_config, output_format }: JsonObject): OutputFormat | undefined {
  const format = fieldOf(output_config, 'format') ?? output_format;
  const schema = fieldOf(format, 'schema');
  if (fieldOf(format, 'type') !== 'json_schema' || !isObject(schema)) return undefined;
  return { kind: 'schema', name: undefined, description: undefined, schema: Content.ofJson(schema), strict: true };
}

function decodeReasoning({ thinking, output_config }: JsonObject): ReasoningAsk | undefined {
  const effort = effortOf(textOf(fieldOf(output_config, 'effort')));
  const display = fieldOf(thinking, 'display');
  const isShown = display === 'omitted' ? false : display === 'summarized' ? true : undefined;
  switch (fieldOf(thinking, 'type')) {
    case 'enabled':
      // The form of the models that show their thinking unless they are told not to.
      return {
        effort,
        budget: numberOf(fieldOf(thinking, 'budget_tokens')),
        isShown: isShown ?? true,
        summary: undefined,
      };
    case 'disabled':
      return { effort: 'none', budget: 0, isShown: undefined, summary: undefined };
    case undefined:
      return effort === undefined ? undefined : { effort, budget: undefined, isShown, summary: undefined };
    default:
      return { effort, budget: 'dynamic', isShown, summary: undefined };
  }
}

function effortOf(effort: string | undefined): ReasoningEffort | undefined {
  return reasoningEfforts.find((known) => known === effort);
}

function decodeTier(tier: unknown): ServiceTier | undefined {
  return tier === 'auto' || tier === 'standard_only' ? tier : undefined;
}
