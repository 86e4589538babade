import type { Buffer } from 'node:buffer';
import type { Call } from '../call.ts';
import type { Gateway } from '../gateway.ts';
import { serveBeside, takeOneRequest } from '../models/serve-beside.ts';
import { askKept, faultOfKept } from './ask-kept.ts';
import { endpointAt } from './endpoint-at.ts';
import { sendKept } from './send-kept.ts';
import { listOf } from './serve-files.ts';
import type { KeptKind } from './stored-objects.ts';

const pageMax = 100;
const pageOtherwise = 20;
const atOnce = 8;

/**
 * What a workspace has at all upstreams, the newest first. The account at an upstream is shared, so its own list would
 * show what others left there: each object of ours is asked for by its id.
 */
export async function listKept(
  call: Call,
  ask: { readonly kind: KeptKind; readonly path: string; readonly query: string },
  gateway: Gateway,
): Promise<void> {
  await serveBeside(call, gateway, async (caller) => {
    await takeOneRequest(caller, [], gateway);
    const asked = new URLSearchParams(ask.query);
    const limit = Math.min(
      Math.max(Math.trunc(Number(asked.get('limit') ?? pageOtherwise)) || pageOtherwise, 1),
      pageMax,
    );
    const page = { workspace: caller.workspace, kind: ask.kind, after: asked.get('after') || undefined, limit };
    const { objects, hasMore } = await gateway.objects.list(page);
    const shown: { id: string; body: Buffer }[] = [];
    const leavers = new Set<() => void>();
    // A reply tells one listener alone, and several questions are under way at once.
    call.reply.onLeft(() => {
      for (const leave of leavers) leave();
    });
    const asker = {
      ...{ protocol: call.protocol, passedHeaders: call.passedHeaders },
      reply: { onLeft: (leave: () => void) => void leavers.add(leave) },
    };
    for (let from = 0; from < objects.length; from += atOnce) {
      const some = objects.slice(from, from + atOnce);
      leavers.clear();
      const replies = await Promise.all(
        some.map(async ({ id, upstream }) => {
          const endpoint = endpointAt(upstream, call, gateway);
          const reply = await askKept(asker, { endpoint, method: 'GET', path: `${ask.path}/${id}` }, gateway);
          return { id, reply };
        }),
      );
      for (const { id, reply } of replies) {
        // Gone up there: its own retention was shorter.
        if (reply.status === 404) await gateway.objects.remove(caller.workspace, id, ask.kind);
        else if (reply.status !== 200) throw faultOfKept(call, reply);
        else shown.push({ id, body: reply.body });
      }
    }
    const body = listOf(
      shown.map((each) => each.body),
      shown.map(({ id }) => id),
      hasMore,
    );
    sendKept(call, { caller, endpoint: undefined, body }, gateway);
  });
}
