import { Fault } from '#core/generation/fault.ts';
import type { Plan } from '#core/routing/plan.ts';

const providersMax = 20;

/** Every endpoint was left out: each reason once, in closed words, and whose endpoints they were. */
export function nothingLeft(plan: Plan): Fault {
  return withPlan(new Fault('nothing-left', detailsOf(plan)), plan);
}

/** Every endpoint that was left is out of order, and is being looked after by another request. */
export function healthLeavesNothing(plan: Plan, leftOut: number, retryAfterMs: number): Fault {
  const left = plan.excluded.slice(-leftOut);
  return withPlan(
    new Fault('health-leaves-nothing', {
      ...detailsOf({ ...plan, excluded: left }),
      retryAfterMs: Math.ceil(retryAfterMs),
    }),
    plan,
  );
}

function detailsOf({ excluded, model }: Pick<Plan, 'excluded' | 'model'>) {
  const reasons = new Set(excluded.map(({ why }) => why));
  const providers = new Set(excluded.map(({ endpoint }) => endpoint.upstream.provider));
  return {
    excluded: [...reasons].join(', '),
    remedy: remedyFor(excluded),
    model: model.id,
    providers: [...providers].slice(0, providersMax).join(', '),
  };
}

/** What the operator can do where nobody knows whether an upstream trains on what it is sent. */
function remedyFor(excluded: Plan['excluded']): string {
  const isNew = excluded.find(({ why }) => why === 'sub_processor:notice');
  if (isNew) {
    const { name, fromDay = 0 } = isNew.endpoint.upstream;
    const day = new Date(fromDay * 86_400_000).toISOString().slice(0, 10);
    return ` ${name} is new and serves everybody from ${day} on; the workspace may agree to it sooner: /legal/notices`;
  }
  const unknown = excluded.find(({ why }) => why === 'data_policy:unknown');
  if (!unknown) return '';
  const { id } = unknown.endpoint;
  return ` Whether ${id} trains on data is not known; the operator may accept that: fairlead policy accept ${id}`;
}

function withPlan(fault: Fault, plan: Plan): Fault {
  plans.set(fault, plan);
  return fault;
}

/** A fault holds words and numbers alone; whoever asks to be told more is told from here. */
const plans = new WeakMap<Fault, Plan>();

/** The plan in which nobody was left. */
export function planBehind(fault: Fault): Plan | undefined {
  return plans.get(fault);
}
