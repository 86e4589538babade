import { Fault } from '#core/generation/fault.ts';
import { dayOf } from '#core/routing/data-handling.ts';
import { type EligibleEndpoint, eligible, type PlanAsk, plainAsk } from '#core/routing/eligible.ts';
import { agreedTo } from '#core/routing/owner-rules.ts';
import type { Call } from '../call.ts';
import type { Gateway } from '../gateway.ts';

/**
 * Any endpoint of the upstream: an object belongs to the account, not to a model.
 * @param takesBack it is deleted there, and nothing else is asked.
 */
export function endpointAt(
  upstream: string,
  { protocol, at }: Pick<Call, 'protocol' | 'at'>,
  gateway: Gateway,
  takesBack = false,
): EligibleEndpoint {
  const ask: PlanAsk = {
    ...plainAsk(protocol.name, dayOf(at), agreedTo(upstream)),
    nativeOnly: true,
    pinnedTo: upstream,
    takesBack,
  };
  for (const { endpoints } of gateway.catalogue.models) {
    const endpoint = endpoints.find((each) => each.upstream.name === upstream);
    const judged = endpoint && eligible(endpoint, ask);
    if (judged === undefined) continue;
    if (typeof judged !== 'string') return judged;
    if (judged.startsWith('data_policy')) throw new Fault('nothing-left', { excluded: judged });
  }
  throw new Fault('object-unknown');
}
