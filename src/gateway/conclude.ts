import type { EndRecord } from '#core/journal/record.ts';
import type { Gateway } from './gateway.ts';
import type { Ending, Generation } from './generation.ts';
import { type Metered, meter } from './meter.ts';

/**
 * The end of every generation that was begun: judged, settled in the leases, written into the journal; only then does
 * the caller get its last bytes. The keeper posts it exactly once, whether the caller is still there or not.
 */
export async function conclude(generation: Generation, ending: Ending, gateway: Gateway): Promise<void> {
  const metered = meter(generation, ending);
  const uses = settle(generation, metered);
  const { caller, admission } = generation;
  const wallet = caller.allowances[0];
  if (wallet && admission.holdNano > 0n) gateway.leases.touchHeld(caller.wallet, wallet.id);
  await gateway.journal.end(recordOf(generation, ending, metered, uses));
  ending.release();
  gateway.meters.generationEnded(ending.endReason, ending.endpoint?.upstream.name ?? 'none', metered.usage);
  if (metered.disputed) {
    gateway.log('usage-disputed', { generation: generation.call.generation, endpoint: ending.endpoint?.id ?? null });
  }
}

function settle({ admission, caller }: Generation, metered: Metered): EndRecord['uses'] {
  const charges = admission.hold.parts.map(({ lease, amount }) => {
    if (caller.requestAllowances.has(lease.allowance)) return metered.countsAsRequest ? 1n : 0n;
    return metered.charge < amount ? metered.charge : amount;
  });
  admission.hold.settle(charges);
  return admission.hold.parts.map(({ lease }, index) => ({ lease: lease.id, amount: String(charges[index] ?? 0n) }));
}

function recordOf(generation: Generation, ending: Ending, metered: Metered, uses: EndRecord['uses']): EndRecord {
  const { call, caller, facts, admission } = generation;
  return {
    kind: 'end',
    generation: call.generation,
    startedAt: call.at,
    at: Date.now(),
    workspace: caller.workspace,
    key: caller.key,
    model: admission.plan.model.id,
    surface: call.surface,
    stream: facts.stream,
    status: ending.status,
    endReason: ending.endReason,
    fault: ending.fault,
    endpoint: ending.endpoint?.id ?? null,
    priceVersion: ending.endpoint?.price.id ?? null,
    usage: metered.usage,
    usageSource: metered.source,
    disputed: metered.disputed,
    hold: String(admission.holdNano),
    charge: String(metered.charge),
    uses,
    losses: metered.losses,
    attempts: generation.attempts,
    plan: admission.plan.steps.map(({ endpoint, why }) => ({ endpoint: endpoint.id, why })),
    excluded: admission.plan.excluded.map(({ endpoint, why }) => ({ endpoint: endpoint.id, why })),
    splices: ending.splices,
    firstContentMs: ending.firstContentMs,
    clampedTo: admission.clampedTo,
  };
}
