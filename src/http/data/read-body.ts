import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import { ringIn } from '#gateway/deadline.ts';

export type BodyLimits = {
  /** Also after inflating. */
  readonly bytesMax: number;
  /** The body may be slower than 1 KiB/s for this long. */
  readonly slowMs: number;
  readonly takes: 'json' | 'form' | 'either';
};

const bytesPerSecondMin = 1024;

/** The whole body, inflated, within its bounds; else a Fault that says which bound. */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Content> {
  const { headers } = request;
  const type = headers['content-type'];
  if (!isTaken(type, limits.takes)) return Promise.reject(new Fault('media-type-unsupported'));
  if (Number(headers['content-length'] ?? 0) > limits.bytesMax) return Promise.reject(tooLarge(limits));
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return collect(request, request, limits);
  const inflate = inflater(encoding);
  if (!inflate) return Promise.reject(new Fault('encoding-unsupported'));
  return collect(request, request.pipe(inflate), limits);
}

function isTaken(type: string | undefined, takes: BodyLimits['takes']): boolean {
  // Some programs name no type; what they send is JSON.
  if (type === undefined) return takes !== 'form';
  return (takes !== 'json' && isForm(type)) || (takes !== 'form' && isJson(type));
}

export function isForm(type: string | undefined): boolean {
  return type !== undefined && /^multipart\/form-data\s*(;|$)/i.test(type);
}

function isJson(type: string): boolean {
  return type.startsWith('application/json') || /^application\/[\w.+-]*\+?json\s*(;|$)/i.test(type);
}

function tooLarge(limits: BodyLimits): Fault {
  return new Fault('body-too-large', { limit: limits.bytesMax });
}

function inflater(encoding: string) {
  switch (encoding.toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    default:
      return undefined;
  }
}

function collect(request: IncomingMessage, source: Readable, limits: BodyLimits): Promise<Content> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let since = performance.now();
    let bytesBefore = request.socket.bytesRead;
    let isOver = false;
    const check = () => {
      if (isOver) return;
      const now = performance.now();
      // The rate counts what the caller sent, not what it inflates to, and lately: a fast start buys no time.
      const rate = (request.socket.bytesRead - bytesBefore) / ((now - since) / 1000);
      if (rate < bytesPerSecondMin) return stop(new Fault('body-too-slow'));
      since = now;
      bytesBefore = request.socket.bytesRead;
      deadline = later();
    };
    // After a turn that was long the body may lie unread in the socket: it is read before `setImmediate`.
    const later = () => ringIn(limits.slowMs, () => setImmediate(check));
    let deadline = later();
    const stop = (fault: Fault) => {
      isOver = true;
      deadline.cancel();
      request.unpipe();
      source.removeAllListeners('data');
      if (source !== request) source.destroy();
      reject(fault);
    };
    source.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limits.bytesMax) stop(tooLarge(limits));
      else chunks.push(chunk);
    });
    source.on('end', () => {
      isOver = true;
      deadline.cancel();
      const [only] = chunks;
      resolve(Content.ofBytes(chunks.length === 1 && only ? only : Buffer.concat(chunks)));
    });
    source.on('error', () =>
      stop(new Fault('request-malformed', { reason: 'the body broke off or is not what its encoding says' })),
    );
    if (source !== request)
      request.on('error', () => stop(new Fault('request-malformed', { reason: 'the body broke off' })));
    request.on('close', () => {
      if (!request.complete) stop(new Fault('request-malformed', { reason: 'the body broke off' }));
    });
  });
}
