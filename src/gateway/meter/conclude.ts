import { ruleOf } from '#core/allowance/end-user.ts';
import { attributionOf } from '#core/generation/attribution.ts';
import type { EndRecord } from '#core/journal/record.ts';
import { storageDays } from '#core/privacy/owner-settings.ts';
import type { Plan } from '#core/routing/plan.ts';
import { isOf } from '../admit/admit.ts';
import { correctRates } from '../admit/admit-rates.ts';
import type { Gateway } from '../gateway.ts';
import type { Ending, Generation } from '../generation.ts';
import { endpointAt } from '../kept/endpoint-at.ts';
import { recordObject } from '../kept/record-object.ts';
import type { NewObject } from '../kept/stored-objects.ts';
import { type Metered, meter } from './meter.ts';

/**
 * The end of every generation that was begun: judged, settled in the leases, written into the journal; only then does
 * the caller get its last bytes. The keeper posts it exactly once, whether the caller is still there or not.
 */
export async function conclude(generation: Generation, ending: Ending, gateway: Gateway): Promise<void> {
  const metered = meter(generation, ending);
  const uses = settle(generation, ending, metered);
  if (generation.served) gateway.health.concluded(generation.served, ending, metered.usage);
  const { caller, admission } = generation;
  correctRates(admission.rateNeeds, { caller, model: admission.plan.model.id, usage: metered.usage }, gateway);
  const wallet = caller.allowances[0];
  if (wallet && admission.holdNano > 0n) gateway.leases.touchHeld(caller.wallet, wallet.id);
  rememberObject(generation, ending, gateway);
  rememberConversation(generation, ending, metered, gateway);
  await gateway.journal.end(recordOf(generation, ending, metered, uses));
  ending.release(metered);
  const { endReason, fault, endpoint } = ending;
  const upstream = endpoint?.upstream.name ?? 'none';
  const attribution = attributionOf(endReason, fault);
  gateway.meters.generationEnded({ endReason, attribution, upstream, usage: metered.usage });
  if (metered.disputed) {
    gateway.log('usage-disputed', { generation: generation.call.generation, endpoint: ending.endpoint?.id ?? null });
  }
}

/** What the caller had stored is asked for at the same upstream. */
function rememberObject(
  { call, facts, caller }: Generation,
  { objectId, endpoint, passage }: Ending,
  gateway: Gateway,
): void {
  if (facts.store !== true || objectId === undefined || !endpoint) return;
  // A translated request stores nothing.
  if (passage?.protocol !== call.protocol) return;
  const { name, provider } = endpoint.upstream;
  const days = storageDays(caller.settings, provider);
  const object = { workspace: caller.workspace, id: objectId, kind: 'response', upstream: name, days } as const;
  // The answer is the caller's by then: what could not be written down is taken away again, and the log says so.
  void keepAnswer(call, object, gateway).catch(() => {});
}

/** What nobody has down nobody could find or delete any more. */
async function keepAnswer(call: Generation['call'], object: NewObject, gateway: Gateway): Promise<void> {
  const undo = { method: 'DELETE', path: `/responses/${object.id}` } as const;
  await recordObject(
    call,
    { object, undo: { ...undo, endpoint: endpointAt(object.upstream, call, gateway) } },
    gateway,
  );
}

/** Only a good answer says that a conversation is well where it was. */
function rememberConversation(
  { conversation }: Generation,
  { endpoint, endReason }: Ending,
  { usage }: Metered,
  gateway: Gateway,
): void {
  if (!conversation || !endpoint || (endReason !== 'completed' && endReason !== 'length')) return;
  gateway.affinities.learn(conversation, { endpoint, usage }, performance.now());
}

function settle({ admission, caller }: Generation, { endpoint }: Ending, metered: Metered): EndRecord['uses'] {
  const step = endpoint && admission.plan.steps.find((each) => each.endpoint.id === endpoint.id);
  const charges = admission.hold.parts.map(({ lease, amount }) => {
    const allowance = ruleOf(lease.allowance) ?? lease.allowance;
    if (caller.openAllowances.has(allowance)) return 0n;
    const part = caller.partAllowances.get(allowance);
    // Another one answered: what may be had of this one is as it was.
    if (part && step && !isOf(part, step)) return 0n;
    if (caller.requestAllowances.has(allowance)) return metered.countsAsRequest ? 1n : 0n;
    return metered.charge < amount ? metered.charge : amount;
  });
  admission.hold.settle(charges);
  return admission.hold.parts.map(({ lease }, index) => ({ lease: lease.id, amount: String(charges[index] ?? 0n) }));
}

function planOf({ steps, strategy }: Plan): EndRecord['plan'] {
  return steps.map(({ endpoint, why }, place) => {
    const step = place === 0 ? { endpoint: endpoint.id, why, by: strategy } : { endpoint: endpoint.id, why };
    return endpoint.ownKey ? { ...step, ownKey: endpoint.ownKey.id } : step;
  });
}

function ownKeyOf({ endpoint }: Ending, { upstreamCost }: Metered): EndRecord['ownKey'] {
  const id = endpoint?.ownKey?.id;
  return id === undefined ? undefined : { id, upstreamCost: String(upstreamCost ?? 0n) };
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
    cost: metered.payee === undefined ? undefined : String(metered.cost),
    payee: metered.payee,
    uses,
    losses: metered.losses,
    attempts: generation.attempts,
    plan: planOf(admission.plan),
    excluded: admission.plan.excluded.map(({ endpoint, why }) => ({ endpoint: endpoint.id, why })),
    upstreamProtocol: ending.passage?.protocol.name ?? null,
    splices: ending.passage?.splices ?? [],
    dropped: ending.passage?.dropped ?? [],
    firstContentMs: ending.firstContentMs,
    clampedTo: admission.clampedTo,
    ownKey: ownKeyOf(ending, metered),
  };
}
