import type { ForeignField, GenerationRequest, ServiceTier } from '#core/generation/request.ts';
import { isObject, type JsonObject, parseJudged } from '../json-value.ts';
import type { RequestAddress } from '../protocol.ts';
import { decodeConfig } from './decode-config.ts';
import { decodeContents, decodeSystem } from './decode-contents.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { memberOf } from './field-names.ts';
import { type FieldTable, keepForeign } from './foreign-fields.ts';
import { Losses } from './losses.ts';

/** The whole request of a caller of this dialect. */
export function decodeRequest(body: Uint8Array, address: RequestAddress): GenerationRequest {
  const parsed = parseJudged(body);
  const request: JsonObject = isObject(parsed) ? parsed : {};
  const losses = new Losses();
  const foreign: ForeignField[] = [];
  const toolConfig = memberOf(request, 'toolConfig');
  const messages = [
    ...decodeSystem(memberOf(request, 'systemInstruction'), losses),
    ...decodeContents(memberOf(request, 'contents'), losses),
  ];
  const config = decodeConfig(memberOf(request, 'generationConfig'), { losses, foreign });
  keepForeign(request, '', requestFields, { losses, foreign });
  keepForeign(toolConfig, 'toolConfig.', toolConfigFields, { losses, foreign });
  return {
    model: address.model ?? '',
    stream: address.stream ?? false,
    messages,
    tools: decodeTools(memberOf(request, 'tools'), losses),
    toolChoice: decodeToolChoice(memberOf(toolConfig, 'functionCallingConfig')),
    parallelToolCalls: undefined,
    ...config,
    cache: undefined,
    promptCacheKey: undefined,
    user: undefined,
    metadata: undefined,
    serviceTier: decodeTier(memberOf(request, 'serviceTier')),
    verbosity: undefined,
    foreign,
    dropped: losses.list,
  };
}

const requestFields: FieldTable = {
  contents: 'known',
  systemInstruction: 'known',
  generationConfig: 'known',
  tools: 'known',
  toolConfig: 'known',
  serviceTier: 'known',
  // The address names the model.
  model: 'known',
  safetySettings: 'safety_settings',
  modelArmorConfig: 'safety_settings',
  cachedContent: 'cached_content',
  labels: 'metadata',
  store: 'store',
};

const toolConfigFields: FieldTable = {
  functionCallingConfig: 'known',
  retrievalConfig: 'hosted_tool',
  includeServerSideToolInvocations: 'hosted_tool',
};

function decodeTier(tier: unknown): ServiceTier | undefined {
  switch (typeof tier === 'string' ? tier.toLowerCase() : undefined) {
    case 'flex':
      return 'flex';
    case 'priority':
      return 'priority';
    case 'standard':
      return 'default';
    default:
      return undefined;
  }
}
