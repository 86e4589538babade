import { type Excluded, type PlanAsk, protocolSpoken, whyExcluded } from './eligible.ts';
import type { Endpoint, Model, ProtocolName } from './endpoint.ts';
import { anyModel, upstreamNameOf } from './find-model.ts';
import { placeInOrder } from './provider-rules.ts';

/** The endpoints of one request, in order, each with why; and those left out, each with why. */
export type Plan = {
  readonly model: Model;
  readonly steps: readonly PlanStep[];
  readonly excluded: readonly Excluded[];
};

export type PlanStep = {
  readonly endpoint: Endpoint;
  /** The public name that this endpoint answers for. */
  readonly model: string;
  /** The name by which its upstream knows it. */
  readonly upstreamModel: string;
  /** What is spoken with this endpoint; another one than the caller's means a translation. */
  readonly protocol: ProtocolName;
  readonly why: 'file-order';
};

/** Policy filters first, fail-closed; then order: as the file names them, those that need no translation first. */
export function planModel(model: Model, asked: string, ask: PlanAsk): Plan {
  const native: PlanStep[] = [];
  const translated: PlanStep[] = [];
  const excluded: Excluded[] = [];
  for (const endpoint of model.endpoints) {
    const why = whyExcluded(endpoint, ask);
    const protocol = protocolSpoken(endpoint, ask);
    if (why || protocol === undefined) excluded.push({ endpoint, why: why ?? 'protocol' });
    else (protocol === ask.protocol ? native : translated).push(stepOf(endpoint, asked, protocol));
  }
  const steps = translated.length === 0 ? native : [...native, ...translated];
  const { rules } = ask;
  if (rules && rules.order.length > 0) {
    steps.sort((a, b) => placeInOrder(a.endpoint, rules) - placeInOrder(b.endpoint, rules));
  }
  return { model, steps, excluded };
}

function stepOf(endpoint: Endpoint, asked: string, protocol: ProtocolName): PlanStep {
  const model = endpoint.model.endsWith(anyModel) ? asked : endpoint.model;
  return { endpoint, model, upstreamModel: upstreamNameOf(endpoint, asked), protocol, why: 'file-order' };
}

/** One plan after the other: what the first model's endpoints cannot serve, the next model's may. */
export function joinPlans([first, ...others]: readonly [Plan, ...Plan[]]): Plan {
  if (others.length === 0) return first;
  const steps = new Map(
    [first, ...others].flatMap((plan) => plan.steps.map((step) => [step.endpoint.id, step] as const)),
  );
  return {
    model: first.model,
    steps: [...steps.values()],
    excluded: [first, ...others].flatMap((plan) => plan.excluded),
  };
}
