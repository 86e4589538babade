import type { ReasoningAsk, ReasoningEffort } from '#core/generation/request.ts';
import type { JsonObject } from '../json-value.ts';
import { budgetOfEffort, effortOfBudget } from '../reasoning-budget.ts';
import type { Losses } from './decode-blocks.ts';
import type { ModelQuirks } from './model-quirks.ts';

export type Thinking = {
  /** The `thinking` field, where there is one. */
  readonly field: JsonObject | undefined;
  /** `output_config.effort`. */
  readonly effort: string | undefined;
  /** The model will think: much else is then forbidden. */
  readonly isOn: boolean;
};

const unsaid: Thinking = { field: undefined, effort: undefined, isOn: false };
const budgetMin = 1_024;

export function encodeThinking(
  ask: ReasoningAsk | undefined,
  quirks: ModelQuirks,
  { outputLimit, losses }: { readonly outputLimit: number; readonly losses: Losses },
): Thinking {
  if (!ask) return unsaid;
  if (ask.effort === undefined && ask.budget === undefined) return encodeDisplay(ask, quirks, losses);
  if (ask.effort === 'none' || ask.budget === 0) {
    return quirks.thinksByDefault ? { ...unsaid, field: { type: 'disabled' } } : unsaid;
  }
  if (quirks.thinking === 'none') return refused(losses);
  // The dialect knows one kind of summary.
  if (ask.summary === 'concise' || ask.summary === 'detailed') losses.add('reasoning_summary');
  const display = displayOf(ask);
  if (quirks.thinking === 'adaptive') {
    return { field: { type: 'adaptive', ...display }, effort: toEffort(ask, quirks, outputLimit), isOn: true };
  }
  const budget = typeof ask.budget === 'number' ? ask.budget : budgetOfEffort(ask.effort ?? 'medium', outputLimit);
  const room = Math.min(Math.max(budget, budgetMin), outputLimit - 1);
  if (room < budgetMin) return refused(losses);
  return { field: { type: 'enabled', budget_tokens: Math.floor(room), ...display }, effort: undefined, isOn: true };
}

/** How much of the thinking to show, with no word on how much of it there shall be: no reason to begin with it. */
function encodeDisplay(ask: ReasoningAsk, quirks: ModelQuirks, losses: Losses): Thinking {
  const display = displayOf(ask);
  if (display.display === undefined) return unsaid;
  if (quirks.thinksByDefault) return { ...unsaid, field: { type: 'adaptive', ...display }, isOn: true };
  if (display.display === 'summarized') losses.add('reasoning_summary');
  return unsaid;
}

function refused(losses: Losses): Thinking {
  losses.add('reasoning');
  return unsaid;
}

/** Newer models keep their thinking to themselves unless they are asked to show it. */
function displayOf({ isShown, summary }: ReasoningAsk): JsonObject {
  if (isShown === false) return { display: 'omitted' };
  return isShown === true || summary !== undefined ? { display: 'summarized' } : {};
}

function toEffort(ask: ReasoningAsk, quirks: ModelQuirks, outputLimit: number): string | undefined {
  if (ask.effort !== undefined) return effortWord(ask.effort, quirks);
  return typeof ask.budget === 'number' ? effortWord(effortOfBudget(ask.budget, outputLimit), quirks) : undefined;
}

function effortWord(effort: ReasoningEffort, { takesXhigh }: ModelQuirks): string | undefined {
  switch (effort) {
    case 'none':
      return undefined;
    case 'minimal':
      return 'low';
    case 'xhigh':
      return takesXhigh ? 'xhigh' : 'high';
    case 'low':
    case 'medium':
    case 'high':
    case 'max':
      return effort;
  }
}
