import { Fault } from '#core/generation/fault.ts';
import { storageDays } from '#core/privacy/owner-settings.ts';
import { dayOf } from '#core/routing/data-handling.ts';
import { type EligibleEndpoint, eligible, type PlanAsk, plainAsk } from '#core/routing/eligible.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import { findModel } from '#core/routing/find-model.ts';
import { agreedTo } from '#core/routing/owner-rules.ts';
import type { Call } from '../call.ts';
import type { Caller } from '../caller/callers.ts';
import type { Gateway } from '../gateway.ts';

// Which upstream is asked for what it keeps, or shall keep. Each of these asks the one filter anew.

type At = Pick<Call, 'protocol' | 'at'>;
type NewAt = At & { readonly options: Pick<Call['options'], 'upstream'> };
type Asking = Pick<Caller, 'settings' | 'rules' | 'ownKeys'>;
type Known = Pick<Gateway, 'catalogue'>;

/**
 * Any endpoint of the upstream: an object belongs to the account, not to a model.
 * @param takesBack it is deleted there, and nothing else is asked.
 */
export function endpointAt(
  upstream: string,
  { protocol, at }: At,
  gateway: Known,
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

/**
 * What lies at an upstream can always be taken away from there. A batch is more: it has it worked on, so whoever asks for one must
 * want this upstream now, whatever held when the file was left.
 */
export function askedAnew(
  endpoint: EligibleEndpoint,
  { protocol, at }: At,
  { rules }: Pick<Caller, 'rules'>,
): EligibleEndpoint {
  const judged = eligible(endpoint, { ...plainAsk(protocol.name, dayOf(at), rules), nativeOnly: true });
  if (typeof judged === 'string') throw new Fault('nothing-left', { excluded: judged });
  return judged;
}

/** Where a new object goes: to the upstream that is named, else to that of the default model, else to the first one. */
export function endpointForNew(call: NewAt, caller: Asking, gateway: Known): EligibleEndpoint {
  const field = 'files';
  const { settings } = caller;
  if ((settings.storage ?? 'none') === 'none') throw new Fault('storage-not-allowed', { field });
  const ask: PlanAsk = {
    ...plainAsk(call.protocol.name, dayOf(call.at), caller.rules),
    nativeOnly: true,
    mayStoreAt: (provider) => storageDays(settings, provider) > 0,
    pinnedTo: call.options.upstream,
  };
  const reasons = new Set<string>();
  let sandbox: EligibleEndpoint | undefined;
  for (const endpoint of upstreamsOf(gateway)) {
    const judged = mayBeOurs(caller, endpoint.upstream.name) ? eligible(endpoint, ask) : 'own-key-only';
    if (typeof judged === 'string') reasons.add(judged);
    // What is real comes before what is for trying out.
    else if (judged.upstream.type !== 'sandbox') return judged;
    else sandbox ??= judged;
  }
  if (sandbox) return sandbox;
  if (reasons.has('storage')) throw new Fault('storage-not-allowed', { field });
  throw new Fault('nothing-left', { excluded: [...reasons].join(', ') });
}

/** Where a workspace has said "only with this key", nothing of it is left in the operator's account. */
export function mayBeOurs({ ownKeys }: Pick<Caller, 'ownKeys'>, upstream: string): boolean {
  return !ownKeys.some((key) => key.use === 'only' && key.upstream === upstream);
}

/** An endpoint of each upstream, that of the default model first. */
function upstreamsOf({ catalogue }: Known): readonly Endpoint[] {
  const first = findModel(catalogue, 'auto');
  const byName = new Map<string, Endpoint>();
  for (const { endpoints } of first ? [first, ...catalogue.models] : catalogue.models) {
    for (const endpoint of endpoints) {
      if (!byName.has(endpoint.upstream.name)) byName.set(endpoint.upstream.name, endpoint);
    }
  }
  return [...byName.values()];
}
