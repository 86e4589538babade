import type { ProtocolName } from '#core/routing/endpoint.ts';
import { anthropicModels } from './anthropic-messages/model-list.ts';
import { geminiModels } from './gemini-generate/model-list.ts';
import { openaiModels } from './openai-chat/model-list.ts';

/** What a list of models tells of one. */
export type ModelCard = { readonly id: string; readonly context: number; readonly maxOutput: number };

/** How a dialect shows the models. JSON values of names and numbers from the operator's configuration. */
export type ModelList = {
  all(cards: readonly ModelCard[]): unknown;
  one(card: ModelCard): unknown;
};

const lists: Readonly<Record<ProtocolName, ModelList>> = {
  'openai-chat': openaiModels,
  'openai-responses': openaiModels,
  'anthropic-messages': anthropicModels,
  'gemini-generate': geminiModels,
};

export function modelListOf(name: ProtocolName): ModelList {
  return lists[name];
}
