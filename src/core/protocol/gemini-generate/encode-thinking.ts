import type { ReasoningAsk, ReasoningEffort } from '#core/generation/request.ts';
import { budgetOfEffort, effortOfBudget } from '../reasoning-budget.ts';
import type { Losses } from './losses.ts';
import type { ModelQuirks, Thinking, ThinkingLevel } from './model-quirks.ts';

type Work = { readonly losses: Losses; readonly quirks: ModelQuirks; readonly outputLimit: number };

/** How hard to think, as this model is told it; undefined: nothing to tell. */
export function encodeThinking(ask: ReasoningAsk, { losses, quirks, outputLimit }: Work) {
  const { thinking } = quirks;
  const isOff = ask.effort === 'none' || (ask.effort === undefined && ask.budget === 0);
  if (thinking.kind === 'none') {
    if (!isOff) losses.add('reasoning');
    return undefined;
  }
  if (thinking.kind === 'unknown' && isOff) {
    losses.add('reasoning_effort');
    return undefined;
  }
  // Thoughts that were asked for are shown unless the caller said no.
  const includeThoughts = !isOff && ask.isShown !== false;
  if (thinking.kind === 'level')
    return { ...levelWish(ask, { thinking, isOff, losses, outputLimit }), includeThoughts };
  const bounds = thinking.kind === 'budget' ? thinking : sharedBounds;
  return { ...budgetWish(ask, { thinking: bounds, isOff, losses, outputLimit }), includeThoughts };
}

/** What every model that thinks takes. */
const sharedBounds = { kind: 'budget', min: 512, max: 24_576, canBeOff: false } as const;

type Wish<Kind> = {
  readonly thinking: Extract<Thinking, { kind: Kind }>;
  readonly isOff: boolean;
  readonly losses: Losses;
  readonly outputLimit: number;
};

function levelWish(ask: ReasoningAsk, { thinking, isOff, losses, outputLimit }: Wish<'level'>) {
  // These models cannot be kept from thinking; the lowest level comes nearest.
  if (isOff) losses.add('reasoning_effort');
  const { effort, budget } = ask;
  if (effort === undefined && (budget === undefined || budget === 'dynamic')) return {};
  const wished = effort ?? effortOfBudget(budget ?? 'dynamic', outputLimit);
  return { thinkingLevel: nearestLevel(wished, thinking.levels) };
}

const ranks = { MINIMAL: 0, LOW: 1, MEDIUM: 2, HIGH: 3 } as const satisfies Record<ThinkingLevel, number>;
const wishedRanks = { none: 0, minimal: 0, low: 1, medium: 2, high: 3, xhigh: 3, max: 3 } as const satisfies Record<
  ReasoningEffort,
  number
>;

/** The lowest level that is no less than what was wished: too little thought spoils an answer, too much only costs. */
function nearestLevel(effort: ReasoningEffort, levels: readonly ThinkingLevel[]): ThinkingLevel {
  return levels.find((level) => ranks[level] >= wishedRanks[effort]) ?? 'HIGH';
}

function budgetWish(ask: ReasoningAsk, { thinking, isOff, losses, outputLimit }: Wish<'budget'>) {
  const { min, max, canBeOff } = thinking;
  if (isOff) {
    if (canBeOff) return { thinkingBudget: 0 };
    losses.add('reasoning_effort');
    return { thinkingBudget: min };
  }
  const { effort, budget } = ask;
  if (budget === 'dynamic') return { thinkingBudget: -1 };
  const wished = budget ?? (effort === undefined ? undefined : budgetOfEffort(effort, outputLimit));
  return wished === undefined ? {} : { thinkingBudget: Math.max(min, Math.min(max, Math.floor(wished))) };
}
