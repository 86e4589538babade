import { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import { storageDays } from '#core/privacy/owner-settings.ts';
import { batchInput, withOperation } from '#core/protocol/openai-batches/batch-input.ts';
import { idOf } from '#core/protocol/stored-reply.ts';
import type { EligibleEndpoint } from '#core/routing/eligible.ts';
import type { Call } from '../call.ts';
import type { Caller } from '../caller/callers.ts';
import type { Gateway } from '../gateway.ts';
import { serveBeside, takeOneRequest } from '../models/serve-beside.ts';
import { askKept, faultOfKept, type KeptReply } from './ask-kept.ts';
import { BatchReader, balanceOf } from './batch-hold.ts';
import { endOperation, nameOperation, openOperation, operationOf } from './durable-hold.ts';
import { askedAnew, endpointAt, mayBeOurs } from './endpoint-at.ts';
import { readKept } from './read-kept.ts';
import { recordObject } from './record-object.ts';
import { sendKept } from './send-kept.ts';

/**
 * A batch runs for hours after its caller has gone: what it can cost at most is set aside by the keeper before it begins, each
 * of its items is settled when it is done, and the rest comes back (operation-watch.ts). It goes where its file is.
 */
export async function createBatch(call: Call, gateway: Gateway): Promise<void> {
  await serveBeside(call, gateway, async (caller) => {
    const { workspace, settings } = caller;
    const body = await call.readBody();
    const file = batchInput(body.reveal('translate'));
    if ((settings.storage ?? 'none') === 'none') throw new Fault('storage-not-allowed', { field: 'batches' });
    if (settings.batches !== 'on' || limitsEndUsers(caller)) throw new Fault('not-allowed');
    const upstream = await gateway.objects.upstreamOf(workspace, file, 'file');
    if (!mayBeOurs(caller, upstream)) throw new Fault('nothing-left', { excluded: 'own-key-only' });
    const endpoint = askedAnew(endpointAt(upstream, call, gateway), call, caller);
    const days = storageDays(settings, endpoint.upstream.provider);
    if (days === 0) throw new Fault('storage-not-allowed', { field: 'batches' });
    // Nothing is read for a wallet that has nothing.
    const balance = await balanceOf(caller, gateway);
    await takeOneRequest(caller, [], gateway);
    const reader = new BatchReader({ caller, upstream, at: call.at, balance }, gateway);
    const path = `/files/${file}/content`;
    const read = await readKept(call, { endpoint, path, take: (bytes) => reader.read(bytes) }, gateway);
    if (read.status !== 200) throw faultOfKept(call, read);
    const bound = reader.end();
    const operation = operationOf(call);
    await openOperation({ id: operation, caller, upstream, bound, at: call.at }, gateway);
    const { id, reply } = await begin(call, { endpoint, body, operation }, gateway);
    // What nobody could take down is found again by our name in it (operation-watch.ts).
    if (!(await nameOperation(operation, id, gateway))) {
      gateway.log('object-unrecorded', { generation: call.generation, upstream, verdict: 'left-behind' });
    }
    const object = { workspace, id, kind: 'batch', upstream, days } as const;
    await recordObject(call, { object, undo: { endpoint, method: 'POST', path: `/batches/${id}/cancel` } }, gateway);
    sendKept(call, { caller, endpoint, body: reply.body }, gateway);
  });
}

/** Each line may be another end user's: nothing is held for any of them, and nobody looks whether one is to be left alone. */
function limitsEndUsers({ endUserRules, restrictedEndUsers }: Caller): boolean {
  return restrictedEndUsers !== undefined || endUserRules.some(({ counts }) => counts === 'spent');
}

type Beginning = { readonly endpoint: EligibleEndpoint; readonly body: Content; readonly operation: string };

/**
 * It is begun to its end though the caller left: what runs is paid for. Only a refusal gives back at once what was set
 * aside; whether something runs of which no answer came, is seen later.
 */
async function begin(
  call: Call,
  { endpoint, body, operation }: Beginning,
  gateway: Gateway,
): Promise<{ readonly id: string; readonly reply: KeptReply }> {
  const sent = Content.ofBytes(withOperation(body.reveal('send-upstream'), operation));
  const ask = { endpoint, method: 'POST', path: '/batches', body: sent, outlivesCaller: true } as const;
  const reply = await askKept(call, ask, gateway);
  if (reply.status >= 400 && reply.status < 500) await endOperation(operation, gateway);
  if (reply.status !== 200) throw faultOfKept(call, reply);
  const id = idOf(reply.body);
  if (id === undefined) throw new Fault('upstream-unavailable', { attempts: 1, last: 'not-json' });
  return { id, reply };
}
