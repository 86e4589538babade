import { Buffer } from 'node:buffer';
import { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import { maxNano, type Nano } from '#core/money/nano.ts';
import { holdPrices, minuteOfDay } from '#core/money/price-in-force.ts';
import { storageDays } from '#core/privacy/owner-settings.ts';
import { idOf } from '#core/protocol/stored-reply.ts';
import type { Plan, PlanStep } from '#core/routing/plan.ts';
import { worstAt } from '../admit/admit.ts';
import { boundsOf } from '../admit/fit-budget.ts';
import { inputBoundOf, inputEstimateOf } from '../admit/input-bound.ts';
import { type Decoded, Passages } from '../attempt/passage.ts';
import type { Call } from '../call.ts';
import type { Caller } from '../caller/callers.ts';
import type { Claim } from '../caller/carry-out-once.ts';
import type { Gateway } from '../gateway.ts';
import { takeOneRequest } from '../models/serve-beside.ts';
import { askKept, faultOfKept, type KeptReply } from './ask-kept.ts';
import { endOperation, nameOperation, openOperation, operationOf } from './durable-hold.ts';
import { recordObject } from './record-object.ts';
import { sendKept } from './send-kept.ts';

export type BackgroundAsk = {
  readonly call: Call;
  readonly caller: Caller;
  readonly decoded: Decoded;
  readonly bodyBytes: number;
  readonly plan: Plan;
  readonly claim: Claim | undefined;
};

/** Does the caller want to come back for its answer instead of waiting? */
export function isInBackground({ facts }: Decoded): boolean {
  return facts.spans.has('background');
}

/**
 * An answer in the background ends long after its request, so no lease can hold for it: what it can cost at most is set aside by
 * the keeper before it begins, it is settled once when it has ended (background-watch.ts), and the rest comes back. It goes to the
 * first endpoint of its plan and to no other, since whether one runs of which nothing was heard cannot be known.
 */
export async function beginInBackground(ask: BackgroundAsk, gateway: Gateway): Promise<void> {
  const { call, caller, decoded, bodyBytes, plan, claim } = ask;
  const { facts } = decoded;
  if (facts.stream) throw new Fault('field-not-carried', { field: 'stream' });
  // Rows of end users are never leased ahead, and none could be held for hours.
  if (caller.endUserRules.some(({ counts }) => counts === 'spent')) throw new Fault('not-allowed');
  // What a workspace's own key pays for is not ours to settle.
  const step = plan.steps.find(({ endpoint }) => !endpoint.ownKey);
  if (!step) throw new Fault('nothing-left', { excluded: 'own-key-only' });
  const { endpoint } = step;
  const upstream = endpoint.upstream.name;
  await takeOneRequest(caller, [plan.model.id], gateway);
  const id = operationOf(call);
  const bound = { amount: worstOf(ask, step), items: 1, endpoint };
  const background = { serviceTier: facts.serviceTier, inputEstimate: inputEstimateOf(bodyBytes, facts) };
  await openOperation({ id, caller, upstream, bound, at: call.at, background }, gateway);
  claim?.keep();
  const { object, reply } = await begin(ask, step, gateway);
  if (!(await nameOperation(id, object, gateway))) {
    gateway.log('object-unrecorded', { generation: call.generation, upstream, verdict: 'left-behind' });
  }
  const days = storageDays(caller.settings, endpoint.upstream.provider);
  const kept = { workspace: caller.workspace, id: object, kind: 'response', upstream, days } as const;
  const undo = { endpoint, method: 'POST', path: `/responses/${object}/cancel` } as const;
  await recordObject(call, { object: kept, undo }, gateway);
  sendKept(call, { caller, endpoint, body: reply.body }, gateway);
}

function worstOf({ call, decoded: { facts }, bodyBytes }: BackgroundAsk, { endpoint }: PlanStep): Nano {
  const inputTokens = inputBoundOf(bodyBytes, facts, endpoint);
  const bounds = boundsOf({ facts, endpoint, inputTokens, limit: Number.POSITIVE_INFINITY });
  const terms = { minute: minuteOfDay(call.at), serviceTier: facts.serviceTier };
  return holdPrices(endpoint.price.price, terms)
    .map((price) => worstAt(endpoint, bounds, price))
    .reduce(maxNano, 0n);
}

/**
 * It is begun to its end though the caller left: what runs is paid for. A refusal gives back at once what was set aside. Of what
 * brought no answer nobody can ever say whether it runs: it is settled as lost when its name is overdue.
 */
async function begin(
  { call, caller, decoded }: BackgroundAsk,
  { endpoint, protocol, upstreamModel }: PlanStep,
  gateway: Gateway,
): Promise<{ readonly object: string; readonly reply: KeptReply }> {
  const { facts } = decoded;
  const { body } = new Passages(call, decoded).open(
    { protocol },
    {
      ...{ endpoint, model: upstreamModel },
      outputLimit: Math.min(facts.outputLimit ?? endpoint.maxOutput, endpoint.maxOutput),
      pseudonym: (user) => gateway.pseudonym(caller.workspace, user),
    },
  );
  const sent = Content.ofBytes(Buffer.concat(body));
  const ask = { endpoint, method: 'POST', path: '/responses', body: sent, outlivesCaller: true } as const;
  const reply = await askKept(call, ask, gateway);
  if (reply.status >= 400) await endOperation(operationOf(call), gateway);
  if (reply.status !== 200) throw faultOfKept(call, reply);
  const object = idOf(reply.body);
  if (object === undefined) throw new Fault('upstream-unavailable', { attempts: 1, last: 'not-json' });
  return { object, reply };
}
