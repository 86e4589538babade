import { Fault } from '#core/generation/fault.ts';
import { storageDays } from '#core/privacy/owner-settings.ts';
import { idOf } from '#core/protocol/stored-reply.ts';
import type { EligibleEndpoint } from '#core/routing/eligible.ts';
import type { Call } from '../call.ts';
import type { Caller } from '../caller/callers.ts';
import type { Gateway } from '../gateway.ts';
import { serveBeside, takeOneRequest } from '../models/serve-beside.ts';
import { askKept, faultOfKept, type KeptReply } from './ask-kept.ts';
import { isSettled } from './batch-watch.ts';
import { endpointAt } from './endpoint-at.ts';
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
    const path = `${ask.path}/${ask.id}${ask.below}${query}`;
    const reply = await askKept(call, { endpoint, method: ask.method, path }, gateway);
    const isGone = reply.status === 404 || (reply.status === 200 && ask.method === 'DELETE');
    if (isGone) await gateway.objects.remove(workspace, ask.id, ask.kind);
    if (reply.status !== 200) throw faultOfKept(call, reply);
    if (ask.kind === 'batch') await rememberResults(caller, { endpoint, reply, object: ask.id }, gateway);
    sendKept(call, { caller, endpoint, body: reply.body }, gateway);
  });
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
