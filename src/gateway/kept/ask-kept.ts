import { Buffer } from 'node:buffer';
import type { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import type { EligibleEndpoint } from '#core/routing/eligible.ts';
import { judgeTrouble } from '#core/routing/verdict.ts';
import type { Call, Upload } from '../call.ts';
import type { Gateway } from '../gateway.ts';

export type KeptAsk = {
  readonly endpoint: EligibleEndpoint;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the upstream's base URL, query included. */
  readonly path: string;
  readonly body?: Content | undefined;
  readonly upload?: Upload | undefined;
  /** It is asked to its end though the caller left. */
  readonly outlivesCaller?: boolean | undefined;
};

export type KeptReply = { readonly status: number; readonly body: Buffer };

/** An upstream does not say what became of what runs there: it is asked again, for as long as that is worth it. */
export class UnaskedError extends Error {
  override readonly name = 'UnaskedError';

  constructor() {
    super('what runs at an upstream cannot be asked for');
  }
}

const replyBytesMax = 64 * 1024 * 1024;

/** Who asks: a caller, or nobody who could leave. */
export type Asker = Pick<Call, 'protocol' | 'passedHeaders'> & { readonly reply: Pick<Call['reply'], 'onLeft'> };

/** One question about what an upstream keeps, asked once: nobody else could answer it, and an upload cannot be sent twice. */
export function askKept(call: Asker, ask: KeptAsk, gateway: Gateway): Promise<KeptReply> {
  const { endpoint, method, path, body, upload } = ask;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let status = 0;
    let bytes = 0;
    // What has all of it may keep it: what it says of it is heard, or nobody would know that it has it.
    let hasAll = false;
    const over = () => {
      clearTimeout(timer);
      leave();
    };
    const fail = (fault: Fault) => {
      over();
      exchange.abort();
      // What was wrong with the upload is said before what came of it.
      reject(upload?.fault() ?? fault);
    };
    const broken = () => fail(new Fault('upstream-unavailable', { attempts: 1, last: 'reset' }));
    const drained = () => fail(new Fault('draining'));
    const exchange = gateway.providers.call(
      {
        ...{ endpoint, method, path, body, stream: false, protocol: call.protocol.name },
        credential: gateway.health.credentialOf(endpoint.upstream.name),
        ...(upload
          ? {
              upload: watched(
                upload,
                () => timer.refresh(),
                () => (hasAll = true),
              ),
            }
          : {}),
        passedHeaders: upload ? [...call.passedHeaders, 'content-type', upload.contentType] : call.passedHeaders,
      },
      {
        head(given) {
          status = given;
          timer.refresh();
        },
        data(chunk) {
          bytes += chunk.length;
          if (bytes > replyBytesMax) broken();
          else chunks.push(chunk);
        },
        end() {
          over();
          resolve({ status, body: Buffer.concat(chunks) });
        },
        failed: broken,
      },
    );
    const late = () => fail(new Fault('upstream-timeout', { attempts: 1, last: 'head-timeout' }));
    const timer = setTimeout(late, gateway.deadlines.firstContentMs);
    const leave = gateway.onForcedDrain.enter({ drain: drained });
    if (!ask.outlivesCaller) call.reply.onLeft(() => hasAll || broken());
  });
}

/** Each piece that the upstream takes is a sign of its life. */
function watched(
  { content, bytes }: Upload,
  alive: () => void,
  ended: () => void,
): { content: Upload['content']; bytes: number | undefined } {
  return { content: content.through(alive, ended), bytes };
}

/** What a refusal of the upstream's is to a caller. */
export function faultOfKept(call: Call, { status, body }: KeptReply): Fault {
  if (status === 404) return new Fault('object-unknown');
  const code = call.protocol.readErrorCode(body);
  const { fault, word } = judgeTrouble({ kind: 'status', status, code });
  return new Fault(fault, { attempts: 1, last: word, code, status });
}
