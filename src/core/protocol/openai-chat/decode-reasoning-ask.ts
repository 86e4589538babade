import { type ReasoningAsk, type ReasoningEffort, reasoningEfforts } from '#core/generation/request.ts';
import { fieldOf, flagOf, isObject, numberOf } from '../json-value.ts';
import type { Losses } from './decode-parts.ts';

/**
 * How a chat caller asks for thinking: OpenAI's `reasoning_effort`, OpenRouter's `reasoning`, and `thinking`, which
 * DeepSeek, Z.ai and LiteLLM took from Anthropic. The latter two show the thinking unless they are told not to; who
 * names an effort alone has not asked to see any.
 */
export function decodeReasoningAsk(body: unknown, losses: Losses): ReasoningAsk | undefined {
  const word = fieldOf(body, 'reasoning_effort');
  const reasoning = fieldOf(body, 'reasoning');
  const thinking = fieldOf(body, 'thinking');
  const included = flagOf(fieldOf(body, 'include_reasoning'));
  if (!isObject(reasoning) && !isObject(thinking) && typeof word !== 'string' && included === undefined) {
    return undefined;
  }
  const thought = askOfThinking(thinking);
  const asked = askOfReasoning(reasoning, losses);
  const effort = effortOf(word, losses) ?? asked.effort ?? thought.effort;
  const ask: ReasoningAsk = {
    ...asked,
    effort,
    budget: asked.budget ?? thought.budget,
    isShown: effort === 'none' && included !== false ? undefined : (asked.isShown ?? included ?? thought.isShown),
  };
  return Object.values(ask).every((each) => each === undefined) ? undefined : ask;
}

const nothing: ReasoningAsk = { effort: undefined, budget: undefined, isShown: undefined, summary: undefined };

function askOfReasoning(reasoning: unknown, losses: Losses): ReasoningAsk {
  if (!isObject(reasoning)) return nothing;
  const effort = effortOf(fieldOf(reasoning, 'effort'), losses);
  const budget = budgetOf(fieldOf(reasoning, 'max_tokens'));
  const enabled = fieldOf(reasoning, 'enabled');
  const summary = fieldOf(reasoning, 'summary');
  const isBare = effort === undefined && budget === undefined;
  return {
    // OpenRouter takes `enabled` alone for a medium effort.
    effort: enabled === false ? 'none' : enabled === true && isBare ? 'medium' : effort,
    budget: enabled === false ? undefined : budget,
    isShown: fieldOf(reasoning, 'exclude') !== true,
    summary: summary === 'auto' || summary === 'concise' || summary === 'detailed' ? summary : undefined,
  };
}

function askOfThinking(thinking: unknown): Pick<ReasoningAsk, 'effort' | 'budget' | 'isShown'> {
  switch (fieldOf(thinking, 'type')) {
    case 'disabled':
      return { effort: 'none', budget: undefined, isShown: undefined };
    case 'adaptive':
    case 'auto':
      return { effort: undefined, budget: 'dynamic', isShown: true };
    case 'enabled':
      return {
        effort: undefined,
        budget: budgetOf(fieldOf(thinking, 'budget_tokens')) ?? 'dynamic',
        isShown: true,
      };
    default:
      return nothing;
  }
}

function effortOf(word: unknown, losses: Losses): ReasoningEffort | undefined {
  const effort = reasoningEfforts.find((each) => each === word);
  if (effort === undefined && word !== undefined && word !== null) losses.add('reasoning_effort');
  return effort;
}

function budgetOf(value: unknown): number | undefined {
  const budget = numberOf(value);
  return budget !== undefined && Number.isSafeInteger(budget) && budget >= 0 ? budget : undefined;
}
