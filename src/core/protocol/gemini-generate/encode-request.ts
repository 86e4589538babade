import type { ForeignField, GenerationRequest } from '#core/generation/request.ts';
import { isObject } from '../json-value.ts';
import type { EncodedRequest, UpstreamAsk } from '../protocol.ts';
import { encodeConfig } from './encode-config.ts';
import { encodeContents } from './encode-contents.ts';
import { encodeToolChoice, encodeTools } from './encode-tools.ts';
import { Losses } from './losses.ts';
import { quirksOf } from './model-quirks.ts';
import { ToolNames } from './tool-names.ts';

/** The request as Google takes it. The model and whether it streams stand in the address. */
export function encodeRequest(request: GenerationRequest, ask: UpstreamAsk): EncodedRequest {
  const losses = new Losses();
  const names = new ToolNames();
  const work = { losses, names, quirks: quirksOf(ask.model) };
  const { systemInstruction, contents } = encodeContents(request.messages, work);
  const tools = encodeTools(request.tools, work);
  const functionCallingConfig = tools.length > 0 ? encodeToolChoice(request.toolChoice, names) : undefined;
  const generationConfig = encodeConfig(request, ask, work);
  noteLosses(request, losses);
  const body: Record<string, unknown> = {
    ...(systemInstruction ? { systemInstruction } : {}),
    contents,
    ...(tools.length > 0 ? { tools } : {}),
    ...(functionCallingConfig ? { toolConfig: { functionCallingConfig } } : {}),
    generationConfig,
    ...(request.serviceTier === 'flex' || request.serviceTier === 'priority'
      ? { serviceTier: request.serviceTier }
      : {}),
  };
  for (const field of request.foreign) putForeign(body, field, losses);
  return { body: JSON.stringify(body), dropped: losses.list, toolNames: names.changed };
}

/** What this dialect has no field for. */
function noteLosses(request: GenerationRequest, losses: Losses): void {
  const tier = request.serviceTier;
  if (request.parallelToolCalls === false) losses.add('parallel_tool_calls');
  if (request.cache) losses.add('cache_control');
  if (request.promptCacheKey) losses.add('prompt_cache_key');
  if (request.user) losses.add('user');
  if (request.metadata) losses.add('metadata');
  if (request.verbosity) losses.add('verbosity');
  if (tier && !['auto', 'default', 'flex', 'priority'].includes(tier)) losses.add('service_tier');
}

/** What a decoder of this dialect has kept goes back to where it stood. */
function putForeign(body: Record<string, unknown>, { family, field, loss, value }: ForeignField, losses: Losses): void {
  if (family !== 'google') {
    losses.add(loss);
    return;
  }
  const [first = '', second] = field.split('.');
  const kept = value.revealJson('translate');
  const inside = body[first];
  if (second === undefined) body[first] = kept;
  else body[first] = { ...(isObject(inside) ? inside : {}), [second]: kept };
}
