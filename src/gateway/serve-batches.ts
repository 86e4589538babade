import { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import { storageDays } from '#core/privacy/owner-settings.ts';
import { batchInput } from '#core/protocol/openai-batches/batch-input.ts';
import { idOf } from '#core/protocol/stored-reply.ts';
import { askKept, faultOfKept } from './ask-kept.ts';
import type { Call } from './call.ts';
import type { Gateway } from './gateway.ts';
import { recordObject } from './record-object.ts';
import { sendKept } from './send-kept.ts';
import { serveBeside, takeOneRequest } from './serve-beside.ts';
import { endpointAt } from './serve-stored.ts';

/**
 * A batch runs for hours after its caller has gone, and no hold lasts so long yet: it passes for workspaces whose owner
 * said that the operator pays for it, and is not charged. It goes where its file is.
 */
export async function createBatch(call: Call, gateway: Gateway): Promise<void> {
  await serveBeside(call, gateway, async (caller) => {
    const { workspace, settings } = caller;
    const body = await call.readBody();
    const file = batchInput(body.reveal('translate'));
    if ((settings.storage ?? 'none') === 'none') throw new Fault('storage-not-allowed', { field: 'batches' });
    if (settings.batches !== 'on') throw new Fault('not-allowed');
    const upstream = await gateway.objects.upstreamOf(workspace, file, 'file');
    const endpoint = endpointAt(upstream, call, gateway);
    const days = storageDays(settings, endpoint.upstream.provider);
    if (days === 0) throw new Fault('storage-not-allowed', { field: 'batches' });
    await takeOneRequest(caller, [], gateway);
    const sent = Content.ofBytes(body.reveal('send-upstream'));
    const reply = await askKept(call, { endpoint, method: 'POST', path: '/batches', body: sent }, gateway);
    if (reply.status !== 200) throw faultOfKept(call, reply);
    const id = idOf(reply.body);
    if (id === undefined) throw new Fault('upstream-unavailable', { attempts: 1, last: 'not-json' });
    const object = { workspace, id, kind: 'batch', upstream, days } as const;
    await recordObject(call, { object, undo: { endpoint, method: 'POST', path: `/batches/${id}/cancel` } }, gateway);
    sendKept(call, { caller, endpoint, body: reply.body }, gateway);
  });
}
