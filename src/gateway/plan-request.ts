import { Fault } from '#core/generation/fault.ts';
import type { PlanAsk } from '#core/routing/eligible.ts';
import { findModel } from '#core/routing/find-model.ts';
import { joinPlans, type Plan, planModel } from '#core/routing/plan.ts';
import type { Call } from './call.ts';
import type { Gateway } from './gateway.ts';
import type { Decoded } from './passage.ts';

type Storage = Pick<PlanAsk, 'mayStoreAt' | 'pinnedTo'>;

/** The endpoints that may serve a request, those of the models it falls back to behind the first one's. */
export function planRequest(call: Call, { facts, extras }: Decoded, storage: Storage, gateway: Gateway): Plan {
  const ask: PlanAsk = {
    protocol: call.protocol.name,
    nativeOnly: facts.nativeOnly !== undefined,
    rules: extras?.rules,
    onlyAt: extras?.needsOpenRouter ? 'openrouter' : undefined,
    ...storage,
  };
  const plans = [facts.model, ...(extras?.models ?? [])].flatMap((asked) => {
    const model = findModel(gateway.catalogue, asked);
    return model ? [planModel(model, asked, ask)] : [];
  });
  const [first, ...others] = plans;
  if (!first) throw new Fault('model-unknown');
  const plan = joinPlans([first, ...others]);
  if (plan.steps.length === 0) throw whyNothingLeft(plan, ask, facts.nativeOnly);
  return plan;
}

/** What the caller can mend is said before what it cannot. */
function whyNothingLeft({ model, excluded }: Plan, ask: PlanAsk, nativeOnly: string | undefined): Fault {
  if (excluded.some(({ why }) => why === 'storage')) return new Fault('storage-not-allowed', { field: 'store' });
  if (excluded.some(({ why }) => why === 'plugins')) return new Fault('field-not-carried', { field: 'plugins' });
  const translated = planModel(model, model.id, { ...ask, nativeOnly: false });
  if (nativeOnly !== undefined && translated.steps.length > 0) {
    return new Fault('field-not-carried', { field: nativeOnly });
  }
  return new Fault('nothing-left', { excluded: [...new Set(excluded.map(({ why }) => why))].join(', ') });
}
