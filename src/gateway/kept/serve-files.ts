import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import { storageDays } from '#core/privacy/owner-settings.ts';
import { idOf } from '#core/protocol/stored-reply.ts';
import type { Call } from '../call.ts';
import type { Gateway } from '../gateway.ts';
import { serveBeside, takeOneRequest } from '../models/serve-beside.ts';
import { askKept, faultOfKept } from './ask-kept.ts';
import { endpointForNew } from './endpoint-at.ts';
import { recordObject } from './record-object.ts';
import { sendKept } from './send-kept.ts';

/** A file on its way to the one upstream that will keep it: it passes once, and nothing of it stays here but its id. */
export async function uploadFile(call: Call, gateway: Gateway): Promise<void> {
  await serveBeside(call, gateway, async (caller) => {
    const upload = call.openUpload();
    const endpoint = endpointForNew(call, caller, gateway);
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
