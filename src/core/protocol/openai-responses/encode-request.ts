import type { DroppableField } from '#core/generation/dropped.ts';
import type { ForeignField, GenerationRequest, Sampling, ServiceTier } from '#core/generation/request.ts';
import { listOf } from '../json-value.ts';
import type { EncodedRequest, UpstreamAsk } from '../protocol.ts';
import { effortOfBudget } from '../reasoning-budget.ts';
import { returnableFields } from './decode-foreign.ts';
import { reasoningFields } from './decode-reasoning.ts';
import { encodeText } from './encode-format.ts';
import { encodeInput } from './encode-input.ts';
import { encodeToolChoice, encodeTools } from './encode-tools.ts';
import { UpstreamNames } from './upstream-names.ts';

type Drop = (field: DroppableField) => void;

const outputLimitMin = 16;

/** Nothing is stored at the upstream: what it would remember is in the request, and its sealed reasoning comes back. */
export function encodeRequest(request: GenerationRequest, ask: UpstreamAsk): EncodedRequest {
  const dropped = new Set<DroppableField>();
  const drop: Drop = (field) => void dropped.add(field);
  const names = new UpstreamNames();
  const { nameOf } = names;
  const limit = Math.min(request.outputTokensMax ?? ask.outputLimit, ask.outputLimit);
  const reasoning = encodeReasoningAsk(request, limit);
  const tools = encodeTools(request.tools, { nameOf, drop });
  const hasTools = tools.length > 0;
  const body = {
    model: ask.model,
    input: encodeInput(request.messages, { nameOf, drop }),
    stream: request.stream,
    store: false,
    // The API takes no lower limit; what comes of the difference is bounded by the hold.
    max_output_tokens: Math.max(outputLimitMin, limit),
    tools: hasTools ? tools : undefined,
    tool_choice:
      hasTools && request.toolChoice ? encodeToolChoice(request.toolChoice, request.tools, nameOf) : undefined,
    parallel_tool_calls: hasTools ? request.parallelToolCalls : undefined,
    text: encodeText(request),
    reasoning,
    temperature: request.sampling.temperature,
    top_p: request.sampling.topP,
    top_logprobs: request.logprobs?.top,
    metadata: request.metadata?.revealJson('translate'),
    prompt_cache_key: request.promptCacheKey?.revealText('translate'),
    service_tier: request.serviceTier && tierOf(request.serviceTier),
    ...encodeUser(request, ask),
    ...encodeForeignFields(request.foreign, drop),
    include: encodeInclude(request, reasoning),
  };
  dropUnsayable(request, drop);
  return { body: JSON.stringify(body), dropped: [...dropped], toolNames: names.changed };
}

function encodeReasoningAsk({ reasoning, foreign }: GenerationRequest, limit: number) {
  const own = foreign.flatMap(({ family, field, value }) => {
    const name = family === 'openai' ? reasoningFields.get(field) : undefined;
    return name === undefined ? [] : [[name, value.revealJson('translate')] as const];
  });
  const budget = reasoning?.budget;
  const effort = reasoning?.effort ?? (budget === undefined ? undefined : effortOfBudget(budget, limit));
  // Without a summary this API shows nothing of the reasoning.
  const summary = reasoning?.summary ?? (reasoning?.isShown && effort !== 'none' ? 'auto' : undefined);
  if (effort === undefined && summary === undefined && own.length === 0) return undefined;
  return { effort, summary, ...Object.fromEntries(own) };
}

/** Models that do not reason refuse to be asked for its sealed form, so it is asked for only where it may matter. */
function encodeInclude(
  request: GenerationRequest,
  asked: ReturnType<typeof encodeReasoningAsk>,
): readonly unknown[] | undefined {
  const wished = request.foreign.find(({ family, field }) => family === 'openai' && field === 'include');
  const include = new Set(listOf(wished?.value.revealJson('translate')));
  const thinks = asked?.effort === undefined ? asked?.summary !== undefined : asked.effort !== 'none';
  if (thinks || hasSealedReasoning(request)) {
    include.add('reasoning.encrypted_content');
  }
  if (request.logprobs) include.add('message.output_text.logprobs');
  return include.size > 0 ? [...include] : undefined;
}

function hasSealedReasoning({ messages }: GenerationRequest): boolean {
  return messages.some(
    (message) =>
      message.role === 'assistant' &&
      message.parts.some((part) => part.kind === 'reasoning' && part.state?.family === 'openai'),
  );
}

/** Anthropic's word for the usual tier has no other meaning here. */
function tierOf(tier: ServiceTier): string {
  return tier === 'standard_only' ? 'default' : tier;
}

/** Where an upstream wants its pseudonym of the end user; elsewhere it is the older name. */
const userFields: Readonly<Record<string, string>> = { openai: 'safety_identifier', azure: 'safety_identifier' };

function encodeUser({ user }: GenerationRequest, { endpoint, pseudonym }: UpstreamAsk): object {
  if (!user) return {};
  return { [userFields[endpoint.upstream.provider] ?? 'user']: pseudonym(user.revealText('translate')) };
}

function encodeForeignFields(foreign: readonly ForeignField[], drop: Drop): object {
  const fields: Record<string, unknown> = {};
  for (const { family, loss, field, value } of foreign) {
    if (family === 'openai' && returnableFields.has(field)) fields[field] = value.revealJson('translate');
    else if (family !== 'openai' || !reasoningFields.has(field)) drop(loss);
  }
  return fields;
}

/** What there is no field for. A value that says what is so anyway is no loss. */
function dropUnsayable(request: GenerationRequest, drop: Drop): void {
  const { sampling } = request;
  for (const [name, word, nothing] of unsayable) {
    const value = sampling[name];
    if (value !== undefined && value !== nothing) drop(word);
  }
  if (request.choices > 1) drop('n');
  if (request.stop.length > 0) drop('stop');
  if (request.cache) drop('cache_control');
  if (request.outputMedia?.includes('audio')) drop('audio_output');
  if (request.outputMedia?.includes('image')) drop('modalities');
}

const unsayable: readonly (readonly [keyof Sampling, DroppableField, number | undefined])[] = [
  ['topK', 'top_k', 0],
  ['minP', 'min_p', 0],
  ['topA', 'top_a', 0],
  ['frequencyPenalty', 'frequency_penalty', 0],
  ['presencePenalty', 'presence_penalty', 0],
  ['repetitionPenalty', 'repetition_penalty', 1],
  ['seed', 'seed', undefined],
  ['logitBias', 'logit_bias', undefined],
];
