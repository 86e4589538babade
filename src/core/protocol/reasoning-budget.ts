import type { ReasoningEffort } from '#core/generation/request.ts';

// Some dialects say how hard to think in a word, others in tokens. The shares are OpenRouter's.

const shares = {
  none: 0,
  minimal: 0.1,
  low: 0.2,
  medium: 0.5,
  high: 0.8,
  xhigh: 0.95,
  max: 0.95,
} as const satisfies Record<ReasoningEffort, number>;

const budgetMin = 1_024;
const budgetMax = 128_000;

/** Tokens of thinking, less than the output limit; 0: none, also where the limit leaves no room for any. */
export function budgetOfEffort(effort: ReasoningEffort, outputLimit: number): number {
  if (effort === 'none' || outputLimit <= budgetMin) return 0;
  const wished = Math.max(budgetMin, Math.min(budgetMax, Math.floor(outputLimit * shares[effort])));
  return Math.min(wished, outputLimit - 1);
}

/** The word that comes nearest to a budget. */
export function effortOfBudget(budget: number | 'dynamic', outputLimit: number): ReasoningEffort {
  if (budget === 'dynamic') return 'medium';
  if (budget <= 0) return 'none';
  const share = budget / Math.max(1, outputLimit);
  if (share <= 0.15) return 'minimal';
  if (share <= 0.35) return 'low';
  if (share <= 0.65) return 'medium';
  return share <= 0.9 ? 'high' : 'xhigh';
}
