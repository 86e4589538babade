import { freeOf } from '#core/allowance/lease.ts';
import type { Fault } from '#core/generation/fault.ts';
import { formatUsd } from '#core/money/nano.ts';
import type { Answerer } from '#core/protocol/reply-form.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import type { PlanStep } from '#core/routing/plan.ts';
import { receiptIdOf } from '#core/trust/receipt.ts';
import type { Passage } from '../attempt/passage.ts';
import type { Call } from '../call.ts';
import type { Caller, ShownLimit } from '../caller/callers.ts';
import { detectedHeader } from '../caller/screen.ts';
import type { Gateway } from '../gateway.ts';
import type { Generation } from '../generation.ts';
import { explainHeader, metadataOf } from '../plan/explain.ts';

/** The ids of a reply, in the headers that the SDKs read. */
export function idHeaders({ generation }: Call): string[] {
  return ['x-generation-id', generation, 'x-request-id', generation, 'request-id', generation];
}

/** Who answered, and how it came to that where the caller asked. */
export function answererOf(
  generation: Generation,
  { endpoint, model }: Pick<PlanStep, 'endpoint' | 'model'>,
): Answerer {
  const { call, facts, admission, attempts } = generation;
  const { provider } = endpoint.upstream;
  const { generation: id } = call;
  if (!call.options.tellsRouting) return { model, provider, generation: id };
  return {
    model,
    provider,
    generation: id,
    metadata: metadataOf({ plan: admission.plan, attempts }, facts.model, endpoint),
  };
}

export type AnsweredBy = {
  readonly endpoint: Endpoint;
  readonly passage: Passage;
  /** Its end is not here yet, also where it was asked to be kept back until then. */
  readonly goesOn: boolean;
};

/** Who answered and what is left, as far as it is known now. */
export function answerHeaders(
  generation: Generation,
  { endpoint, passage, goesOn }: AnsweredBy,
  gateway: Gateway,
): string[] {
  const { call, admission, attempts, delivery } = generation;
  const { provider, region, type } = endpoint.upstream;
  const headers = idHeaders(call);
  headers.push('x-fairlead-endpoint', endpoint.id, 'x-fairlead-provider', provider, 'x-fairlead-region', region);
  headers.push('x-fairlead-endpoint-type', type);
  if (passage.dropped.length > 0) headers.push('x-fairlead-dropped', passage.dropped.join(','));
  headers.push('x-fairlead-attempts', String(attempts.length), 'x-fairlead-receipt', receiptIdOf(call.generation));
  if (generation.screened) headers.push('x-fairlead-detected', detectedHeader(generation.screened.counts));
  if (delivery === 'whole') headers.push('x-fairlead-delivery', goesOn ? 'streamed' : 'whole');
  if (admission.clampedTo !== null) headers.push('x-fairlead-clamped', String(admission.clampedTo));
  if (call.options.explains) headers.push('x-fairlead-explain', explainHeader({ plan: admission.plan, attempts }));
  pushLimits(headers, generation, gateway);
  return headers;
}

/** Both limits, as `x-ratelimit-*`: what the money of this key and its requests have left, a lower bound. */
export function pushLimits(
  headers: string[],
  { caller, call }: Pick<Generation, 'caller' | 'call'>,
  gateway: Gateway,
): void {
  const { requestLimit, moneyLimit } = caller;
  if (requestLimit) {
    const left = leftOf(requestLimit, gateway);
    pushLimit(headers, 'requests', {
      limit: requestLimit.limit,
      left: left && String(left.amount),
      endsInMs: left?.endsInMs,
    });
    if (call.protocol.name === 'anthropic-messages' && left) pushAnthropicLimit(headers, requestLimit.limit, left);
  }
  if (moneyLimit) {
    const left = leftOf(moneyLimit, gateway);
    pushLimit(headers, 'usd', {
      limit: moneyLimit.limit,
      left: left && formatUsd(left.amount),
      endsInMs: left?.endsInMs,
    });
  }
}

/** The same of a refusal; before anybody knows who calls there is nothing to tell. */
export function limitHeaders(call: Call, caller: Caller | undefined, gateway: Gateway): readonly string[] {
  const headers: string[] = [];
  if (caller) pushLimits(headers, { caller, call }, gateway);
  return headers;
}

type Left = { readonly amount: bigint; readonly endsInMs: number | undefined };

/** Undefined: nothing was asked of it here yet, so nobody knows. */
function leftOf({ allowance }: ShownLimit, gateway: Gateway): Left | undefined {
  const lease = gateway.leases.leases.get(allowance);
  if (!lease) return undefined;
  const now = performance.now();
  const endsInMs = lease.endsAt === null ? undefined : Math.max(0, lease.endsAt - now);
  return { amount: freeOf(lease, now) + lease.left, endsInMs };
}

function pushLimit(
  headers: string[],
  name: string,
  told: { readonly limit: string; readonly left: string | undefined; readonly endsInMs: number | undefined },
): void {
  const { limit, left, endsInMs } = told;
  headers.push(`x-ratelimit-limit-${name}`, limit);
  if (left !== undefined) headers.push(`x-ratelimit-remaining-${name}`, left);
  if (endsInMs !== undefined) headers.push(`x-ratelimit-reset-${name}`, `${Math.ceil(endsInMs / 1000)}s`);
}

/** The names that Anthropic's own replies have; its instant is RFC 3339. */
function pushAnthropicLimit(headers: string[], limit: string, { amount, endsInMs }: Left): void {
  headers.push('anthropic-ratelimit-requests-limit', limit);
  headers.push('anthropic-ratelimit-requests-remaining', String(amount));
  if (endsInMs === undefined) return;
  headers.push('anthropic-ratelimit-requests-reset', new Date(Date.now() + endsInMs).toISOString());
}

const retryAfterSecondsMax = 60;

/** When to try again, and whether the SDKs should by themselves: after our own attempts they would only multiply the load. */
export function retryHeaders(fault: Fault): string[] {
  const { status, blame } = fault.row;
  if (status === 502 || status === 504) return ['x-should-retry', 'false'];
  if (fault.fault === 'request-done' || fault.fault === 'request-differs') return ['x-should-retry', 'false'];
  const { againInMs } = fault.details;
  if (typeof againInMs === 'number') return ['retry-after', String(Math.ceil(againInMs / 1000))];
  if (status !== 429 && status !== 503 && fault.fault !== 'request-running') return [];
  const ms = fault.details.retryAfterMs;
  const seconds = Math.max(1, Math.ceil((typeof ms === 'number' ? ms : 1000) / 1000));
  if (seconds === Number.POSITIVE_INFINITY) return ['x-should-retry', 'false'];
  if (seconds > retryAfterSecondsMax) return ['retry-after', String(seconds), 'x-should-retry', 'false'];
  // Nobody was asked: coming again is no second round of our own.
  return blame === 'upstream' && fault.fault !== 'health-leaves-nothing'
    ? ['retry-after', String(seconds), 'x-should-retry', 'false']
    : ['retry-after', String(seconds)];
}
