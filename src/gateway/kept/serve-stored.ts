import { Fault } from '#core/generation/fault.ts';
import { storageDays } from '#core/privacy/owner-settings.ts';
import { fieldOf, parseForeignObject, textOf } from '#core/protocol/json-value.ts';
import { idOf } from '#core/protocol/stored-reply.ts';
import type { EligibleEndpoint } from '#core/routing/eligible.ts';
import type { Call } from '../call.ts';
import type { Caller } from '../caller/callers.ts';
import type { Gateway } from '../gateway.ts';
import { serveBeside, takeOneRequest } from '../models/serve-beside.ts';
import { askKept, faultOfKept, type KeptReply } from './ask-kept.ts';
import { endpointAt } from './endpoint-at.ts';
import { isSettled } from './operation-watch.ts';
import { sendKept } from './send-kept.ts';
import type { KeptKind } from './stored-objects.ts';

export type StoredAsk = {
  readonly kind: KeptKind;
  /** Where an upstream has objects of this kind. */
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly id: string;
  /** Below the object's own address: `/input_items` … */
  readonly below: string;
  /** With its question mark, or empty. */
  readonly query: string;
};

const idPattern = /^[A-Za-z0-9_-]{1,128}$/;

/** An object that a caller left at an upstream: shown, cancelled or deleted there, for the workspace that left it. */
export async function serveStored(call: Call, ask: StoredAsk, gateway: Gateway): Promise<void> {
  await serveBeside(call, gateway, async (caller) => {
    const { workspace } = caller;
    judgeId(ask.id);
    const query = knownQuery(ask.query);
    const upstream = await gateway.objects.upstreamOf(workspace, ask.id, ask.kind);
    const endpoint = endpointAt(upstream, call, gateway, ask.method === 'DELETE');
    await takeOneRequest(caller, [], gateway);
    // What is deleted can be asked by nobody any more what it used.
    if (ask.kind === 'response' && ask.method === 'DELETE') await untilSettled(caller, ask.id, gateway);
    const path = `${ask.path}/${ask.id}${ask.below}${query}`;
    const reply = await askKept(call, { endpoint, method: ask.method, path }, gateway);
    const isGone = reply.status === 404 || (reply.status === 200 && ask.method === 'DELETE');
    if (isGone) await gateway.objects.remove(workspace, ask.id, ask.kind);
    if (reply.status !== 200) throw faultOfKept(call, reply);
    if (ask.kind === 'batch') await rememberResults(caller, { endpoint, reply, object: ask.id }, gateway);
    if (ask.kind === 'response' && hasRunOn(reply)) await untilSettled(caller, ask.id, gateway);
    sendKept(call, { caller, endpoint, body: reply.body }, gateway);
  });
}

/** An answer in the background is its workspace's once it is paid for. */
async function untilSettled({ workspace }: Caller, object: string, gateway: Gateway): Promise<void> {
  if (await isSettled({ workspace, object }, gateway.deadlines.firstContentMs, gateway)) return;
  const why = 'this answer in the background still runs, or is being settled';
  throw new Fault('not-ready', { why, retryAfterMs: 2_000 });
}

/** It was begun in the background, and has ended. */
function hasRunOn({ body }: KeptReply): boolean {
  const response = parseForeignObject(body);
  const status = textOf(fieldOf(response, 'status'));
  return fieldOf(response, 'background') === true && status !== 'queued' && status !== 'in_progress';
}

/** What a batch made is its workspace's as well, to fetch and to delete, once it is paid for. */
async function rememberResults(
  { workspace, settings }: Caller,
  {
    endpoint,
    reply,
    object,
  }: { readonly endpoint: EligibleEndpoint; readonly reply: KeptReply; readonly object: string },
  gateway: Gateway,
): Promise<void> {
  const { provider, name: upstream } = endpoint.upstream;
  const days = Math.max(1, storageDays(settings, provider));
  for (const name of ['output_file_id', 'error_file_id']) {
    const id = idOf(reply.body, name);
    if (id === undefined) continue;
    const waitMs = gateway.deadlines.firstContentMs;
    if (name === 'output_file_id' && !(await isSettled({ workspace, object }, waitMs, gateway))) {
      throw new Fault('not-ready', { why: 'the results of this batch are being settled', retryAfterMs: 2_000 });
    }
    await gateway.objects.add({ workspace, id, kind: 'file', upstream, days });
  }
}

export function judgeId(id: string): void {
  if (!idPattern.test(id)) throw new Fault('object-unknown');
}

const parameters = ['include', 'include[]', 'after', 'before', 'limit', 'order'] as const;

/** What is known to shape a whole answer; a stream of what is stored is not served. */
function knownQuery(query: string): string {
  const asked = new URLSearchParams(query);
  if (asked.has('stream') && asked.get('stream') !== 'false') throw new Fault('field-not-carried', { field: 'stream' });
  const known = new URLSearchParams([...asked].filter(([name]) => parameters.some((each) => each === name)));
  return known.size === 0 ? '' : `?${known}`;
}
