import { type Excluded, type PlanAsk, protocolSpoken, whyExcluded } from './eligible.ts';
import type { Endpoint, Model, ProtocolName } from './endpoint.ts';

/** The endpoints of one request, in order, each with why; and those left out, each with why. */
export type Plan = {
  readonly model: Model;
  readonly steps: readonly PlanStep[];
  readonly excluded: readonly Excluded[];
};

export type PlanStep = {
  readonly endpoint: Endpoint;
  /** What is spoken with this endpoint; another one than the caller's means a translation. */
  readonly protocol: ProtocolName;
  readonly why: 'file-order';
};

/** Policy filters first, fail-closed; then order: as the file names them, those that need no translation first. */
export function planModel(model: Model, ask: PlanAsk): Plan {
  const native: PlanStep[] = [];
  const translated: PlanStep[] = [];
  const excluded: Excluded[] = [];
  for (const endpoint of model.endpoints) {
    const why = whyExcluded(endpoint, ask);
    const protocol = protocolSpoken(endpoint, ask);
    if (why || protocol === undefined) excluded.push({ endpoint, why: why ?? 'protocol' });
    else (protocol === ask.protocol ? native : translated).push({ endpoint, protocol, why: 'file-order' });
  }
  return { model, steps: translated.length === 0 ? native : [...native, ...translated], excluded };
}
