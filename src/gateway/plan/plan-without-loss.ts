import type { DroppableField } from '#core/generation/dropped.ts';
import { Fault } from '#core/generation/fault.ts';
import type { ExclusionReason } from '#core/routing/eligible.ts';
import type { Plan, PlanStep } from '#core/routing/plan.ts';
import { nothingLeft } from './nothing-left.ts';

/**
 * An endpoint that a translation would leave something out for is no endpoint, where the caller or its workspace says so.
 * `why` tells who does.
 */
export function planWithoutLoss(
  plan: Plan,
  lossOf: (step: PlanStep) => readonly DroppableField[],
  why: Extract<ExclusionReason, 'require_parameters' | 'translation-loss'>,
): Plan {
  const judged = plan.steps.map((step) => ({ step, loss: lossOf(step) }));
  const steps = judged.filter(({ loss }) => loss.length === 0).map(({ step }) => step);
  const lossy = judged.filter(({ loss }) => loss.length > 0);
  const kept = {
    ...plan,
    steps,
    excluded: [...plan.excluded, ...lossy.map(({ step: { endpoint } }) => ({ endpoint, why }))],
  };
  if (steps.length > 0) return kept;
  if (why === 'require_parameters') throw nothingLeft(kept);
  throw new Fault('field-not-carried', { field: lossy[0]?.loss.join(', ') ?? 'unknown_field' });
}
