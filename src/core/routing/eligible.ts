import type { Endpoint, ProtocolName } from './endpoint.ts';

/** What a request asks of an endpoint. */
export type PlanAsk = { readonly protocol: ProtocolName };

/** Why an endpoint may not serve a request: closed words, told to callers and kept in the record. */
export type ExclusionReason = 'disabled' | 'protocol' | 'unaffordable';

export type Excluded = { readonly endpoint: Endpoint; readonly why: ExclusionReason };

/** The one fail-closed filter: undefined when the endpoint may serve, else the first reason why not. */
export function whyExcluded(endpoint: Endpoint, ask: PlanAsk): ExclusionReason | undefined {
  if (!endpoint.upstream.enabled) return 'disabled';
  if (!endpoint.upstream.protocols.includes(ask.protocol)) return 'protocol';
  return undefined;
}
