import { type Excluded, type PlanAsk, whyExcluded } from './eligible.ts';
import type { Endpoint, Model } from './endpoint.ts';

/** The endpoints of one request, in order, each with why; and those left out, each with why. */
export type Plan = {
  readonly model: Model;
  readonly steps: readonly PlanStep[];
  readonly excluded: readonly Excluded[];
};

export type PlanStep = { readonly endpoint: Endpoint; readonly why: 'file-order' };

/** Policy filters first, fail-closed; then order: as the file names them. */
export function planModel(model: Model, ask: PlanAsk): Plan {
  const steps: PlanStep[] = [];
  const excluded: Excluded[] = [];
  for (const endpoint of model.endpoints) {
    const why = whyExcluded(endpoint, ask);
    if (why) excluded.push({ endpoint, why });
    else steps.push({ endpoint, why: 'file-order' });
  }
  return { model, steps, excluded };
}
