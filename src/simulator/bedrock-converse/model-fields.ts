import { isRecord, type JsonRecord } from '../json-value.ts';
import type { Maker } from './makers.ts';
import { strangers } from './parameters.ts';
import { listOf, recordOf } from './read.ts';

const budgetLeast = 1024;
const anthropicFields = new Set([
  ...['thinking', 'top_k', 'tool_choice', 'output_config', 'anthropic_beta', 'metadata', 'reasoning_config'],
]);
const amazonFields = new Set(['inferenceConfig', 'reasoningConfig']);

/** What the model itself says of the fields that Converse only passes on, if anything. */
export function* modelProblems(body: JsonRecord, maker: Maker, model: string): Generator<string> {
  const own = body.additionalModelRequestFields;
  if (own === undefined) return;
  if (!isRecord(own)) return yield 'The additionalModelRequestFields field must be an object.';
  switch (maker.name) {
    case 'anthropic':
      yield* strangers(own, anthropicFields, '');
      return yield* thinkingProblems(own, body, model);
    case 'amazon':
      return yield* strangers(own, amazonFields, '');
    case 'other':
      return yield* strangers(own, new Set(['reasoning_effort']), '');
  }
}

/** By a budget. */
export function isThinking({ additionalModelRequestFields: own }: JsonRecord): boolean {
  return recordOf(recordOf(own).thinking).type === 'enabled';
}

function* thinkingProblems(own: JsonRecord, body: JsonRecord, model: string): Generator<string> {
  const inference = recordOf(body.inferenceConfig);
  const { type, budget_tokens: budget } = recordOf(own.thinking);
  if (type === undefined || type === 'disabled') return;
  if (type !== 'enabled' && type !== 'adaptive') return yield said(`thinking.type: Input should be 'enabled'`);
  if (type === 'enabled') {
    if (typeof budget !== 'number') return yield said('thinking.enabled.budget_tokens: Field required');
    if (budget < budgetLeast) {
      yield said(`thinking.enabled.budget_tokens: Input should be greater than or equal to ${budgetLeast}`);
    }
    if (typeof inference.maxTokens === 'number' && inference.maxTokens <= budget) {
      yield said('`max_tokens` must be greater than `thinking.budget_tokens`.');
    }
  }
  if (inference.temperature !== undefined && inference.temperature !== 1) {
    yield said('`temperature` may only be set to 1 when thinking is enabled.');
  }
  if (own.top_k !== undefined) yield said('`top_k` must be unset when thinking is enabled.');
  const { any, tool } = recordOf(recordOf(body.toolConfig).toolChoice);
  if (any !== undefined || tool !== undefined) {
    yield said('Thinking may not be enabled when tool_choice forces tool use.');
  }
  const last = recordOf(listOf(body.messages).at(-1));
  if (last.role === 'assistant')
    yield said(`${model}: the final message may not be a prefilled \`assistant\` message.`);
}

/** Converse tells what a model refused in the model's own words. */
export function said(problem: string): string {
  return `The model returned the following errors: ${problem}`;
}
