import type { Endpoint } from '#core/routing/endpoint.ts';
import type { Call } from '../call.ts';
import type { Caller } from '../caller/callers.ts';
import type { Gateway } from '../gateway.ts';
import { idHeaders, pushLimits } from '../relay/reply-headers.ts';

/** What an upstream keeps, told to a caller with who keeps it. */
export function keptHeaders(call: Call, caller: Caller, endpoint: Endpoint | undefined, gateway: Gateway): string[] {
  const headers = idHeaders(call);
  if (endpoint) {
    const { provider, region } = endpoint.upstream;
    headers.push('x-fairlead-endpoint', endpoint.id, 'x-fairlead-provider', provider, 'x-fairlead-region', region);
  }
  pushLimits(headers, { caller, call }, gateway);
  headers.push('cache-control', 'no-store');
  return headers;
}

export function sendKept(
  call: Call,
  {
    caller,
    endpoint,
    body,
  }: { readonly caller: Caller; readonly endpoint: Endpoint | undefined; readonly body: Uint8Array },
  gateway: Gateway,
): void {
  if (call.reply.hasLeft) return;
  const headers = keptHeaders(call, caller, endpoint, gateway);
  headers.push('content-type', 'application/json', 'content-length', String(body.length));
  call.reply.head(200, headers);
  call.reply.end(body);
}
