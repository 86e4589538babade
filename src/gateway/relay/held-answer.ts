import { Buffer } from 'node:buffer';
import type { Usage } from '#core/generation/usage.ts';
import type { Shown } from '#core/protocol/protocol.ts';
import type { ContentClock } from '#observe/content-clock.ts';
import type { StreamPiece } from '../attempt/stream-piece.ts';

/** All that one process keeps back for whole delivery. */
export class HeldBytes {
  readonly #max: number;
  readonly #content: Pick<ContentClock, 'add'>;
  used = 0;

  constructor(max: number, content: Pick<ContentClock, 'add'>) {
    this.#max = max;
    this.#content = content;
  }

  take(bytes: number): boolean {
    if (this.used + bytes > this.#max) return false;
    this.used += bytes;
    return true;
  }

  /** @param since monotonic milliseconds of the first of them. */
  give(bytes: number, since: number): void {
    this.used -= bytes;
    this.#content.add('held', bytes * (performance.now() - since));
  }
}

/** What is known of an answer while it is kept back. */
export type HeldSoFar = {
  readonly hasContent: boolean;
  readonly outputBytes: number;
  readonly usage: Usage | undefined;
  readonly shown: Shown | undefined;
};

const answerBytesMax = 32 * 1024 * 1024;
const blockBytesMin = 4 * 1024;
const blockBytesMax = 64 * 1024;

type Block = { readonly bytes: Buffer; readonly kind: StreamPiece['kind']; length: number };

/** One answer that waits for its end. Its pieces are copied together: thousands of short views would weigh far more. */
export class HeldAnswer {
  readonly #budget: HeldBytes;
  #blocks: Block[] = [];
  #taken = 0;
  #since = 0;

  constructor(budget: HeldBytes) {
    this.#budget = budget;
  }

  /** False: there is no more room for it, and nothing of it was kept. */
  add({ bytes, kind }: StreamPiece): boolean {
    const last = this.#blocks.at(-1);
    if (last && last.kind === kind && last.bytes.length - last.length >= bytes.length) {
      last.bytes.set(bytes, last.length);
      last.length += bytes.length;
      return true;
    }
    const room = Math.max(bytes.length, Math.min(blockBytesMax, Math.max(blockBytesMin, this.#taken)));
    if (this.#taken + room > answerBytesMax || !this.#budget.take(room)) return false;
    if (this.#taken === 0) this.#since = performance.now();
    this.#taken += room;
    const block = { bytes: Buffer.allocUnsafeSlow(room), kind, length: bytes.length };
    block.bytes.set(bytes);
    this.#blocks.push(block);
    return true;
  }

  /** What was kept, in its order. It counts as kept until it is let go. */
  pieces(): readonly StreamPiece[] {
    return this.#blocks.map(({ bytes, kind, length }) => ({ bytes: bytes.subarray(0, length), kind }));
  }

  letGo(): void {
    if (this.#taken > 0) this.#budget.give(this.#taken, this.#since);
    this.#taken = 0;
    this.#blocks = [];
  }
}
