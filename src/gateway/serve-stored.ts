import { Buffer } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { Fault } from '#core/generation/fault.ts';
import { type EligibleEndpoint, eligible, type PlanAsk, plainAsk } from '#core/routing/eligible.ts';
import { judgeTrouble } from '#core/routing/verdict.ts';
import { authenticate } from './authenticate.ts';
import type { Call } from './call.ts';
import type { Gateway } from './gateway.ts';
import { refuse } from './refuse.ts';
import { idHeaders } from './reply-headers.ts';

export type StoredAsk = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly id: string;
  /** Below the object's own address: `/input_items` … */
  readonly below: string;
  /** With its question mark, or empty. */
  readonly query: string;
};

const idPattern = /^[A-Za-z0-9_-]{1,128}$/;
const replyBytesMax = 64 * 1024 * 1024;

/** An object that a caller left at an upstream: shown, cancelled or deleted there, for the workspace that left it. */
export async function serveStored(call: Call, ask: StoredAsk, gateway: Gateway): Promise<void> {
  try {
    if (gateway.phase === 'draining') throw new Fault('draining');
    const { workspace } = await authenticate(call, gateway);
    if (!idPattern.test(ask.id)) throw new Fault('object-unknown');
    const query = knownQuery(ask.query);
    const upstream = await gateway.objects.upstreamOf(workspace, ask.id);
    const endpoint = endpointAt(upstream, call, gateway);
    const { status, body } = await askUpstream(call, { ...ask, query }, endpoint, gateway);
    if (status === 404 || (status === 200 && ask.method === 'DELETE')) await gateway.objects.remove(workspace, ask.id);
    if (call.reply.hasLeft) return;
    if (status !== 200) throw faultOf(call, status, body);
    const { provider, region } = endpoint.upstream;
    call.reply.head(200, [
      ...idHeaders(call),
      ...['x-fairlead-endpoint', endpoint.id, 'x-fairlead-provider', provider, 'x-fairlead-region', region],
      ...['content-type', 'application/json', 'content-length', String(body.length), 'cache-control', 'no-store'],
    ]);
    call.reply.end(body);
  } catch (thrown) {
    if (!call.reply.hasLeft) refuse(call, thrown, gateway);
  }
}

const parameters = ['include', 'include[]', 'after', 'before', 'limit', 'order'] as const;

/** What is known to shape a whole answer; a stream of what is stored is not served. */
function knownQuery(query: string): string {
  const asked = new URLSearchParams(query);
  if (asked.has('stream') && asked.get('stream') !== 'false') throw new Fault('field-not-carried', { field: 'stream' });
  const known = new URLSearchParams([...asked].filter(([name]) => parameters.some((each) => each === name)));
  return known.size === 0 ? '' : `?${known}`;
}

/** Any endpoint of the upstream: an object belongs to the account, not to a model. */
function endpointAt(upstream: string, { protocol }: Call, gateway: Gateway): EligibleEndpoint {
  const ask: PlanAsk = { ...plainAsk(protocol.name), nativeOnly: true, pinnedTo: upstream };
  for (const { endpoints } of gateway.catalogue.models) {
    const endpoint = endpoints.find((each) => each.upstream.name === upstream);
    const judged = endpoint && eligible(endpoint, ask);
    if (judged !== undefined && typeof judged !== 'string') return judged;
  }
  throw new Fault('object-unknown');
}

type Reply = { readonly status: number; readonly body: Buffer };

function askUpstream(call: Call, ask: StoredAsk, endpoint: EligibleEndpoint, gateway: Gateway): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let status = 0;
    let bytes = 0;
    const fail = (fault: Fault) => {
      clearTimeout(timer);
      exchange.abort();
      reject(fault);
    };
    const broken = () => fail(new Fault('upstream-unavailable', { attempts: 1, last: 'reset' }));
    const exchange = gateway.providers.call(
      {
        endpoint,
        credential: gateway.health.credentialOf(endpoint.upstream.name),
        protocol: call.protocol.name,
        method: ask.method,
        path: `/responses/${ask.id}${ask.below}${ask.query}`,
        body: undefined,
        stream: false,
        passedHeaders: call.passedHeaders,
      },
      {
        head(given: number, _: IncomingHttpHeaders) {
          status = given;
        },
        data(chunk) {
          bytes += chunk.length;
          if (bytes > replyBytesMax) broken();
          else chunks.push(chunk);
        },
        end() {
          clearTimeout(timer);
          resolve({ status, body: Buffer.concat(chunks) });
        },
        failed: broken,
      },
    );
    const late = () => fail(new Fault('upstream-timeout', { attempts: 1, last: 'head-timeout' }));
    const timer = setTimeout(late, gateway.deadlines.firstContentMs);
    call.reply.onLeft(broken);
  });
}

function faultOf(call: Call, status: number, body: Uint8Array): Fault {
  if (status === 404) return new Fault('object-unknown');
  const code = call.protocol.readErrorCode(body);
  const { fault, word } = judgeTrouble({ kind: 'status', status, code });
  return new Fault(fault, { attempts: 1, last: word, code, status });
}
