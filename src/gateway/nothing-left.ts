import { Fault } from '#core/generation/fault.ts';
import type { Plan } from '#core/routing/plan.ts';

const providersMax = 20;

/** Every endpoint was left out: each reason once, in closed words, and whose endpoints they were. */
export function nothingLeft(plan: Plan): Fault {
  const { excluded } = plan;
  const reasons = new Set(excluded.map(({ why }) => why));
  const providers = new Set(excluded.map(({ endpoint }) => endpoint.upstream.provider));
  const fault = new Fault('nothing-left', {
    excluded: [...reasons].join(', '),
    model: plan.model.id,
    providers: [...providers].slice(0, providersMax).join(', '),
  });
  plans.set(fault, plan);
  return fault;
}

/** A fault holds words and numbers alone; whoever asks to be told more is told from here. */
const plans = new WeakMap<Fault, Plan>();

/** The plan in which nobody was left. */
export function planBehind(fault: Fault): Plan | undefined {
  return plans.get(fault);
}
