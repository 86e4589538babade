import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import { storageDays } from '#core/privacy/owner-settings.ts';
import { idOf } from '#core/protocol/stored-reply.ts';
import { dayOf } from '#core/routing/data-handling.ts';
import { type EligibleEndpoint, eligible, type PlanAsk, plainAsk } from '#core/routing/eligible.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import { findModel } from '#core/routing/find-model.ts';
import type { Call } from '../call.ts';
import type { Caller } from '../caller/callers.ts';
import type { Gateway } from '../gateway.ts';
import { serveBeside, takeOneRequest } from '../models/serve-beside.ts';
import { askKept, faultOfKept } from './ask-kept.ts';
import { recordObject } from './record-object.ts';
import { sendKept } from './send-kept.ts';

/** A file on its way to the one upstream that will keep it: it passes once, and nothing of it stays here but its id. */
export async function uploadFile(call: Call, gateway: Gateway): Promise<void> {
  await serveBeside(call, gateway, async (caller) => {
    const upload = call.openUpload();
    const endpoint = endpointFor(call, caller, gateway);
    await takeOneRequest(caller, [], gateway);
    const reply = await askKept(call, { endpoint, method: 'POST', path: '/files', upload }, gateway);
    if (reply.status !== 200) throw faultOfKept(call, reply);
    const id = idOf(reply.body);
    if (id === undefined) throw new Fault('upstream-unavailable', { attempts: 1, last: 'not-json' });
    const { name, provider } = endpoint.upstream;
    const days = storageDays(caller.settings, provider);
    const object = { workspace: caller.workspace, id, kind: 'file', upstream: name, days } as const;
    await recordObject(call, { object, undo: { endpoint, method: 'DELETE', path: `/files/${id}` } }, gateway);
    sendKept(call, { caller, endpoint, body: reply.body }, gateway);
  });
}

/** Where a new object goes: to the upstream that is named, else to that of the default model, else to the first one. */
function endpointFor(call: Call, caller: Caller, gateway: Gateway): EligibleEndpoint {
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
export function mayBeOurs({ ownKeys }: Caller, upstream: string): boolean {
  return !ownKeys.some((key) => key.use === 'only' && key.upstream === upstream);
}

/** An endpoint of each upstream, that of the default model first. */
function upstreamsOf({ catalogue }: Gateway): readonly Endpoint[] {
  const first = findModel(catalogue, 'auto');
  const byName = new Map<string, Endpoint>();
  for (const { endpoints } of first ? [first, ...catalogue.models] : catalogue.models) {
    for (const endpoint of endpoints) {
      if (!byName.has(endpoint.upstream.name)) byName.set(endpoint.upstream.name, endpoint);
    }
  }
  return [...byName.values()];
}

/** What a JSON list of a page looks like: the objects stand in it as their upstreams wrote them. */
export function listOf(objects: readonly Buffer[], ids: readonly string[], hasMore: boolean): Buffer {
  const [first] = ids;
  const edges = `"first_id":${JSON.stringify(first ?? null)},"last_id":${JSON.stringify(ids.at(-1) ?? null)}`;
  const data = objects.flatMap((object, place) => (place === 0 ? [object] : [Buffer.from(','), object]));
  return Buffer.concat([
    Buffer.from('{"object":"list","data":['),
    ...data,
    Buffer.from(`],${edges},"has_more":${hasMore}}`),
  ]);
}
