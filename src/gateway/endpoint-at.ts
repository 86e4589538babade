import { Fault } from '#core/generation/fault.ts';
import { type EligibleEndpoint, eligible, type PlanAsk, plainAsk } from '#core/routing/eligible.ts';
import type { Call } from './call.ts';
import type { Gateway } from './gateway.ts';

/** Any endpoint of the upstream: an object belongs to the account, not to a model. */
export function endpointAt(upstream: string, { protocol }: Pick<Call, 'protocol'>, gateway: Gateway): EligibleEndpoint {
  const ask: PlanAsk = { ...plainAsk(protocol.name), nativeOnly: true, pinnedTo: upstream };
  for (const { endpoints } of gateway.catalogue.models) {
    const endpoint = endpoints.find((each) => each.upstream.name === upstream);
    const judged = endpoint && eligible(endpoint, ask);
    if (judged !== undefined && typeof judged !== 'string') return judged;
  }
  throw new Fault('object-unknown');
}
