import { Buffer } from 'node:buffer';
import { fieldOf, parseForeignObject } from '../json-value.ts';
import type { LimitEnd } from '../protocol.ts';
import { encodeUsage } from './usage.ts';

const rememberedBytesMax = 8 * 1024;

/** What all chunks of a stream begin with, in case we must write its last ones. */
export class ChunkHead {
  readonly #object: 'chat.completion.chunk' | 'text_completion';
  #first: Buffer | undefined;

  constructor(object: 'chat.completion.chunk' | 'text_completion') {
    this.#object = object;
  }

  /** Its first chunk, copied: a view would keep the bytes around it alive as long as the stream. */
  remember(data: Uint8Array | null): void {
    if (this.#first || data === null || data.length > rememberedBytesMax) return;
    this.#first = Buffer.from(data);
  }

  /** The last chunks of a stream that is stopped at its limit. */
  endAtLimit({ usage, wantsUsage, choices }: LimitEnd): string {
    const said = this.#first && parseForeignObject(this.#first);
    const head = {
      id: fieldOf(said, 'id'),
      object: this.#object,
      created: fieldOf(said, 'created'),
      model: fieldOf(said, 'model'),
    };
    const finishes = Array.from({ length: choices }, (_, index) => ({
      index,
      ...(this.#object === 'text_completion' ? { text: '' } : { delta: {} }),
      finish_reason: 'length',
    }));
    const chunks: object[] = [{ ...head, choices: finishes }];
    if (wantsUsage) chunks.push({ ...head, choices: [], usage: encodeUsage(usage) });
    return `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`;
  }
}
