import type { CallerProtocolName } from '#core/routing/endpoint.ts';
import { anthropicModels } from './anthropic-messages/model-list.ts';
import { geminiModels } from './gemini-generate/model-list.ts';
import type { ModelList } from './model-card.ts';
import { openaiModels } from './openai-chat/model-list.ts';

const lists: Readonly<Record<CallerProtocolName, ModelList>> = {
  'openai-chat': openaiModels,
  'openai-responses': openaiModels,
  'anthropic-messages': anthropicModels,
  'gemini-generate': geminiModels,
};

export function modelListOf(name: CallerProtocolName): ModelList {
  return lists[name];
}
