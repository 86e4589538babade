import type { DroppableField } from '#core/generation/dropped.ts';
import type { GenerationRequest } from '#core/generation/request.ts';
import type { JsonObject } from '../json-value.ts';
import type { EncodedRequest, UpstreamAsk } from '../protocol.ts';
import { limitCacheMarks, markable } from './cache-marks.ts';
import { closeSchema } from './close-schema.ts';
import { cloudVersionOf } from './cloud-body.ts';
import type { Losses } from './decode-blocks.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeSampling } from './encode-sampling.ts';
import { encodeThinking, type Thinking } from './encode-thinking.ts';
import { encodeToolChoice, encodeTools } from './encode-tools.ts';
import { type ModelQuirks, quirksOf } from './model-quirks.ts';
import { lacksThinking, settleTurns } from './settle-turns.ts';
import { ToolNames } from './tool-identity.ts';

export function encodeRequest(request: GenerationRequest, ask: UpstreamAsk): EncodedRequest {
  const losses: Losses = new Set();
  const names = new ToolNames();
  const quirks = quirksOf(ask.model);
  const { system, turns } = encodeMessages(request, { losses, names });
  const thinking = thinkingFor(request, ask, { quirks, losses, isBroken: lacksThinking(turns) });
  const takesPrefill = quirks.takesPrefill && !thinking.isOn;
  const messages = settleTurns(turns, { takesPrefill, losses });
  const encoding = { losses, names, quirks, isThinking: thinking.isOn };
  const tools = encodeTools(request, encoding);
  limitCacheMarks(markable(tools, system, messages), request.cache !== undefined, losses);
  noteUncarried(request, losses);
  const body: JsonObject = {
    ...addressedBody(request, ask),
    max_tokens: ask.outputLimit,
    cache_control: request.cache && { type: 'ephemeral', ttl: request.cache.ttl },
    thinking: thinking.field,
    output_config: outputConfigOf(request, thinking, { quirks, losses }),
    ...encodeSampling(request.sampling, { quirks, isThinking: thinking.isOn, losses }),
    stop_sequences: stopsOf(request, losses),
    metadata: request.user && { user_id: ask.pseudonym(request.user.revealText('translate')) },
    service_tier: tierOf(request, losses),
    ...foreignFieldsOf(request, losses),
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: encodeToolChoice(request, tools.length > 0, encoding),
    system: system.length > 0 ? system : undefined,
    messages,
  };
  return { body: JSON.stringify(body), dropped: [...losses], toolNames: names.changed };
}

/** What some clouds take in the address instead, and what they take in the body instead of the head. */
function addressedBody({ stream }: GenerationRequest, { model, endpoint }: UpstreamAsk): JsonObject {
  const { cloud } = endpoint.upstream;
  const version = cloudVersionOf(cloud);
  const said = stream && cloud !== 'bedrock' ? true : undefined;
  return version === undefined ? { model, stream: said } : { anthropic_version: version, stream: said };
}

type Judged = { readonly quirks: ModelQuirks; readonly losses: Losses };

function thinkingFor(
  { reasoning }: GenerationRequest,
  { outputLimit }: UpstreamAsk,
  { quirks, losses, isBroken }: Judged & { readonly isBroken: boolean },
): Thinking {
  const thinking = encodeThinking(reasoning, quirks, { outputLimit, losses });
  if (!isBroken || thinking.field?.type !== 'enabled') return thinking;
  losses.add('reasoning');
  return { field: undefined, effort: undefined, isOn: false };
}

/** `json` without a schema has no form here. */
function outputConfigOf({ outputFormat }: GenerationRequest, { effort }: Thinking, { quirks, losses }: Judged) {
  const isSchema = outputFormat?.kind === 'schema' && quirks.takesSchema;
  if (outputFormat && outputFormat.kind !== 'text' && !isSchema) losses.add('response_format');
  const schema = outputFormat?.kind === 'schema' ? outputFormat.schema.revealJson('translate') : undefined;
  const format = isSchema ? { type: 'json_schema', schema: closeSchema(schema) } : undefined;
  return effort === undefined && format === undefined ? undefined : { effort, format };
}

/** The dialect refuses a sequence of white space alone. */
function stopsOf({ stop }: GenerationRequest, losses: Losses): readonly string[] | undefined {
  const texts = stop.map((sequence) => sequence.revealText('translate'));
  const taken = texts.filter((text) => text.trim() !== '');
  if (taken.length < texts.length) losses.add('stop');
  return taken.length > 0 ? taken : undefined;
}

function tierOf({ serviceTier }: GenerationRequest, losses: Losses): string | undefined {
  switch (serviceTier) {
    case undefined:
    case 'auto':
    case 'default':
      return undefined;
    case 'standard_only':
      return serviceTier;
    case 'flex':
    case 'priority':
    case 'scale':
    case 'fast':
      losses.add('service_tier');
      return undefined;
  }
}

function foreignFieldsOf({ foreign }: GenerationRequest, losses: Losses): JsonObject {
  const own = foreign.filter(({ family }) => family === 'anthropic');
  for (const { family, loss } of foreign) if (family !== 'anthropic') losses.add(loss);
  return Object.fromEntries(own.map(({ field, value }) => [field, value.revealJson('translate')]));
}

/** Fields for which the dialect has no place at all. */
function noteUncarried(request: GenerationRequest, losses: Losses): void {
  const asked: readonly (readonly [DroppableField, boolean])[] = [
    ['n', request.choices > 1],
    ['prompt_cache_key', request.promptCacheKey !== undefined],
    ['metadata', request.metadata !== undefined],
    ['verbosity', request.verbosity !== undefined && request.verbosity !== 'medium'],
    ['logprobs', request.logprobs !== undefined],
    ['audio_output', request.outputMedia?.includes('audio') === true],
    ['modalities', request.outputMedia?.includes('image') === true],
  ];
  for (const [field, isAsked] of asked) if (isAsked) losses.add(field);
}
