import { Fault } from '#core/generation/fault.ts';
import { endIsSaid } from '../attempt/end-is-said.ts';
import type { Call } from '../call.ts';
import type { Gateway } from '../gateway.ts';
import { serveBeside, takeOneRequest } from '../models/serve-beside.ts';
import { faultOfKept } from './ask-kept.ts';
import { endpointAt } from './endpoint-at.ts';
import { keptHeaders } from './send-kept.ts';
import { judgeId } from './serve-stored.ts';

const errorBytesMax = 256 * 1024;
/** Whatever its author says that it is: no browser runs it or shows it as a page of ours. */
const asDownload = ['x-content-type-options', 'nosniff', 'content-disposition', 'attachment'];

/** The bytes of a file, passed as they come, to the workspace that left it or had it made. */
export async function sendFile(call: Call, id: string, gateway: Gateway): Promise<void> {
  await serveBeside(call, gateway, async (caller) => {
    judgeId(id);
    const upstream = await gateway.objects.upstreamOf(caller.workspace, id, 'file');
    const endpoint = endpointAt(upstream, call, gateway);
    await takeOneRequest(caller, [], gateway);
    const headers = () => [...keptHeaders(call, caller, endpoint, gateway), ...asDownload];
    await pass(call, { path: `/files/${id}/content`, endpoint, headers }, gateway);
  });
}

type Passing = {
  readonly path: string;
  readonly endpoint: ReturnType<typeof endpointAt>;
  readonly headers: () => string[];
};

/** Backpressure both ways; a file that breaks off breaks off for the caller as well. */
function pass(call: Call, { path, endpoint, headers }: Passing, gateway: Gateway): Promise<void> {
  const { reply } = call;
  return new Promise((resolve, reject) => {
    const refused: Buffer[] = [];
    let refusedBytes = 0;
    let status = 0;
    let saysItsEnd = false;
    const over = () => {
      clearTimeout(timer);
      leave();
    };
    const stop = (fault: Fault) => {
      over();
      exchange.abort();
      if (reply.hasHead) reply.reset();
      reject(fault);
    };
    const broken = () => stop(new Fault('upstream-unavailable', { attempts: 1, last: 'reset' }));
    const drained = () => stop(new Fault('draining'));
    const exchange = gateway.providers.call(
      {
        ...{ endpoint, method: 'GET', path, body: undefined, stream: false, protocol: call.protocol.name },
        credential: gateway.health.credentialOf(endpoint.upstream.name),
        passedHeaders: [...call.passedHeaders, 'accept', '*/*'],
      },
      {
        head(given, received) {
          const { 'content-type': type } = received;
          status = given;
          saysItsEnd = endIsSaid(received);
          timer.refresh();
          if (status === 200)
            reply.head(200, [...headers(), 'content-type', String(type ?? 'application/octet-stream')]);
        },
        data(bytes) {
          timer.refresh();
          if (status === 200) {
            if (!reply.write(bytes)) exchange.pause();
            return;
          }
          refusedBytes += bytes.length;
          if (refusedBytes > errorBytesMax) broken();
          else refused.push(bytes);
        },
        end() {
          if (status === 200 && !saysItsEnd) return broken();
          over();
          if (status !== 200) return reject(faultOfKept(call, { status, body: Buffer.concat(refused) }));
          reply.end();
          resolve();
        },
        failed: broken,
      },
    );
    reply.onDrain(() => {
      timer.refresh();
      exchange.resume();
    });
    // A caller that does not read has a clock of its own.
    const timer = setTimeout(
      () => stop(new Fault('upstream-timeout', { attempts: 1, last: 'stalled' })),
      gateway.deadlines.wholeMs,
    );
    const leave = gateway.onForcedDrain.enter({ drain: drained });
    reply.onLeft(broken);
  });
}
