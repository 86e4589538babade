import { freeOf } from '#core/allowance/lease.ts';
import type { Fault } from '#core/generation/fault.ts';
import { formatUsd } from '#core/money/nano.ts';
import type { Call } from './call.ts';
import type { ShownLimit } from './callers.ts';
import type { Gateway } from './gateway.ts';
import type { Generation } from './generation.ts';

/** The ids of a reply, in the headers that the SDKs read. */
export function idHeaders({ generation }: Call): string[] {
  return ['x-generation-id', generation, 'x-request-id', generation, 'request-id', generation];
}

/** Who answered and what is left, as far as it is known now. */
export function answerHeaders(generation: Generation, endpointId: string, gateway: Gateway): string[] {
  const { call, admission, attempts } = generation;
  const headers = idHeaders(call);
  const endpoint = admission.plan.steps.find((step) => step.endpoint.id === endpointId)?.endpoint;
  if (endpoint) {
    const { provider, region } = endpoint.upstream;
    headers.push('x-fairlead-endpoint', endpoint.id, 'x-fairlead-provider', provider, 'x-fairlead-region', region);
  }
  headers.push('x-fairlead-attempts', String(attempts.length));
  if (admission.clampedTo !== null) headers.push('x-fairlead-clamped', String(admission.clampedTo));
  pushLimits(headers, generation, gateway);
  return headers;
}

/** Both limits, in OpenAI's shape: what the money of this key and its requests have left, a lower bound. */
export function pushLimits(headers: string[], { caller }: Pick<Generation, 'caller'>, gateway: Gateway): void {
  const { requestLimit, moneyLimit } = caller;
  const now = performance.now();
  if (requestLimit) pushLimit(headers, { name: 'requests', shown: requestLimit, format: String }, gateway, now);
  if (moneyLimit) pushLimit(headers, { name: 'usd', shown: moneyLimit, format: formatUsd }, gateway, now);
}

type Limit = { readonly name: string; readonly shown: ShownLimit; readonly format: (amount: bigint) => string };

function pushLimit(headers: string[], { name, shown, format }: Limit, gateway: Gateway, now: number): void {
  const lease = gateway.leases.leases.get(shown.allowance);
  headers.push(`x-ratelimit-limit-${name}`, shown.limit);
  headers.push(`x-ratelimit-remaining-${name}`, format(freeOf(lease, now) + (lease?.left ?? 0n)));
  if (lease && lease.endsAt !== null) {
    headers.push(`x-ratelimit-reset-${name}`, `${Math.max(0, Math.ceil((lease.endsAt - now) / 1000))}s`);
  }
}

const retryAfterSecondsMax = 60;

/** When to try again, and whether the SDKs should by themselves: after our own attempts they would only multiply the load. */
export function retryHeaders(fault: Fault): string[] {
  const { status, blame } = fault.row;
  if (status === 502 || status === 504) return ['x-should-retry', 'false'];
  if (status !== 429 && status !== 503) return [];
  const ms = fault.details.retryAfterMs;
  const seconds = Math.max(1, Math.ceil((typeof ms === 'number' ? ms : 1000) / 1000));
  if (seconds === Number.POSITIVE_INFINITY) return ['x-should-retry', 'false'];
  if (seconds > retryAfterSecondsMax) return ['retry-after', String(seconds), 'x-should-retry', 'false'];
  return blame === 'upstream'
    ? ['retry-after', String(seconds), 'x-should-retry', 'false']
    : ['retry-after', String(seconds)];
}
