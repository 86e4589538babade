import { Fault } from '#core/generation/fault.ts';
import type { Plan } from '#core/routing/plan.ts';

const providersMax = 20;

/** Every endpoint was left out: each reason once, in closed words, and whose endpoints they were. */
export function nothingLeft({ excluded, model }: Pick<Plan, 'excluded' | 'model'>): Fault {
  const reasons = new Set(excluded.map(({ why }) => why));
  const providers = new Set(excluded.map(({ endpoint }) => endpoint.upstream.provider));
  return new Fault('nothing-left', {
    excluded: [...reasons].join(', '),
    model: model.id,
    providers: [...providers].slice(0, providersMax).join(', '),
  });
}
