import type { IncomingMessage } from 'node:http';
import { ContentStream } from '#core/generation/content-stream.ts';
import { Fault } from '#core/generation/fault.ts';
import { boundaryOf } from '#core/protocol/multipart.ts';
import type { Upload } from '#gateway/call.ts';

export type UploadLimits = { readonly bytesMax: number; readonly slowMs: number };

const bytesPerSecondMin = 1024;

/** A form that passes as it comes: only its head is judged. Throws a Fault when it is none, or too large by its own word. */
export function openUpload(request: IncomingMessage, limits: UploadLimits): Upload {
  const { headers } = request;
  const contentType = headers['content-type'] ?? '';
  if (boundaryOf(contentType) === undefined) throw new Fault('media-type-unsupported');
  // Nobody inflates what passes, so its true size would be unknown.
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw new Fault('encoding-unsupported');
  const said = headers['content-length'];
  const bytes = said === undefined ? undefined : Number(said);
  if (bytes !== undefined && bytes > limits.bytesMax) throw tooLarge(limits);
  const passage = new Passing(request, limits);
  return { contentType, bytes, content: new ContentStream(passage.pieces()), fault: () => passage.fault };
}

class Passing {
  readonly #request: IncomingMessage;
  readonly #limits: UploadLimits;
  #bytes = 0;
  /** Of the last stretch: what came, and how long the caller let us wait for it. */
  #recentBytes = 0;
  #waitedMs = 0;
  fault: Fault | undefined;

  constructor(request: IncomingMessage, limits: UploadLimits) {
    this.#request = request;
    this.#limits = limits;
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    // Who is refused in the middle must still be told so on the same connection.
    const pieces = this.#request.iterator({ destroyOnReturn: false });
    try {
      for (;;) {
        const piece = await this.#next(pieces);
        if (piece === undefined) return;
        this.#bytes += piece.length;
        if (this.#bytes > this.#limits.bytesMax) throw this.#stop(tooLarge(this.#limits));
        yield piece;
      }
    } finally {
      this.#discard(pieces);
    }
  }

  /** What nobody reads any more would stand in the way of the next request. */
  #discard(pieces: AsyncIterator<Uint8Array>): void {
    if (this.#request.complete) return;
    // While somebody listens for what is readable, nothing flows; that is forgotten a tick after the iterator's end.
    const flow = () => setImmediate(() => this.#request.resume());
    pieces.return?.(undefined).then(flow, flow);
  }

  /** The clock runs while the caller is waited for; an upstream that takes its time is not the caller's doing. */
  async #next(pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
    const { slowMs } = this.#limits;
    const since = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#stop(new Fault('body-too-slow'))), slowMs);
    });
    try {
      const { value, done } = await Promise.race([pieces.next(), late]);
      if (done) return undefined;
      this.#waitedMs += performance.now() - since;
      this.#recentBytes += value.length;
      if (this.#waitedMs >= slowMs) {
        if (this.#recentBytes / (this.#waitedMs / 1000) < bytesPerSecondMin)
          throw this.#stop(new Fault('body-too-slow'));
        this.#waitedMs = 0;
        this.#recentBytes = 0;
      }
      return value;
    } finally {
      clearTimeout(timer);
    }
  }

  #stop(fault: Fault): Fault {
    this.fault ??= fault;
    return fault;
  }
}

function tooLarge(limits: UploadLimits): Fault {
  return new Fault('body-too-large', { limit: limits.bytesMax });
}
