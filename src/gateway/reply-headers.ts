import { freeOf } from '#core/allowance/lease.ts';
import type { Fault } from '#core/generation/fault.ts';
import { formatUsd } from '#core/money/nano.ts';
import type { AllowanceRow } from '#keeper/interface/messages.ts';
import type { Call } from './call.ts';
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
  const requests = caller.allowances.find(({ unit }) => unit === 'requests');
  if (requests) pushLimit(headers, 'requests', requests, gateway, String);
  const money = caller.allowances.findLast(({ unit }) => unit === 'nano-usd');
  if (money) pushLimit(headers, 'usd', money, gateway, formatUsd);
}

function pushLimit(
  headers: string[],
  name: string,
  row: AllowanceRow,
  gateway: Gateway,
  format: (amount: bigint) => string,
): void {
  const now = performance.now();
  const lease = gateway.leases.leases.get(row.id);
  const remaining = freeOf(lease, now) + (lease?.left ?? 0n);
  headers.push(`x-ratelimit-limit-${name}`, format(BigInt(row.limit)));
  headers.push(`x-ratelimit-remaining-${name}`, format(remaining));
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
