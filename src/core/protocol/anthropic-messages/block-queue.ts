import type { JsonObject } from '../json-value.ts';

/** A block of a stream: what it begins with, and the deltas that it has not sent yet. */
export type QueuedBlock = {
  readonly start: JsonObject;
  readonly waiting: JsonObject[];
  isEnded: boolean;
};

/**
 * Puts blocks one after the other, as the dialect demands: one is open at a time, indexes rise by one. Deltas of the
 * first block go out at once; those of later ones, of parallel tool calls say, wait until it has ended.
 */
export class BlockQueue {
  readonly #blocks: QueuedBlock[] = [];
  #index = 0;
  #isFirstBegun = false;
  #text = '';

  add(start: JsonObject): QueuedBlock {
    const block: QueuedBlock = { start, waiting: [], isEnded: false };
    this.#blocks.push(block);
    return block;
  }

  addWhole(start: JsonObject): void {
    this.add(start).isEnded = true;
  }

  /** Everything that may go out now. */
  flush(): string {
    for (let first = this.#blocks[0]; first; first = this.#blocks[0]) {
      if (!this.#isFirstBegun) this.#write('content_block_start', { content_block: first.start });
      this.#isFirstBegun = true;
      for (const delta of first.waiting.splice(0)) this.#write('content_block_delta', { delta });
      if (!first.isEnded) break;
      this.#write('content_block_stop', {});
      this.#blocks.shift();
      this.#index++;
      this.#isFirstBegun = false;
    }
    const text = this.#text;
    this.#text = '';
    return text;
  }

  endAll(): void {
    for (const block of this.#blocks) block.isEnded = true;
  }

  #write(type: string, fields: JsonObject): void {
    this.#text += eventOf({ type, index: this.#index, ...fields });
  }
}

/** One event; its name is its type. */
export function eventOf(event: JsonObject & { readonly type: string }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
