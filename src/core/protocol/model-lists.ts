import type { CallerProtocolName } from '#core/routing/endpoint.ts';
import { anthropicModels } from './anthropic-messages/model-list.ts';
import { geminiModels } from './gemini-generate/model-list.ts';
import { openaiModels } from './openai-chat/model-list.ts';

/** What a list of models tells of one. */
export type ModelCard = {
  readonly id: string;
  readonly context: number;
  readonly maxOutput: number;
  /** USD per unit, as decimal texts, of the first endpoint. */
  readonly pricing: Pricing;
};

export type Pricing = {
  readonly prompt: string;
  readonly completion: string;
  readonly request: string;
  readonly image: string;
  readonly input_cache_read?: string;
  readonly input_cache_write?: string;
  readonly internal_reasoning?: string;
};

/** How a dialect shows the models. JSON values of names and numbers from the operator's configuration. */
export type ModelList = {
  all(cards: readonly ModelCard[]): unknown;
  one(card: ModelCard): unknown;
};

const lists: Readonly<Record<CallerProtocolName, ModelList>> = {
  'openai-chat': openaiModels,
  'openai-responses': openaiModels,
  'anthropic-messages': anthropicModels,
  'gemini-generate': geminiModels,
};

export function modelListOf(name: CallerProtocolName): ModelList {
  return lists[name];
}
