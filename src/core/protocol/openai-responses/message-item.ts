import type { Citation } from '#core/generation/parts.ts';
import type { TokenLogprob } from '#core/generation/reply.ts';
import { encodeCitation } from './encode-citation.ts';
import { encodeLogprobs, encodeLogprobsWithBytes } from './encode-logprobs.ts';
import type { EventWriter } from './event-writer.ts';

type OpenPart = {
  readonly kind: 'text' | 'refusal';
  readonly annotations: object[];
  readonly logprobs: TokenLogprob[];
  pieces: string[];
  length: number;
};

/** A message of the model as it grows: texts and refusals, one open at a time. */
export class MessageItem {
  readonly #id: string;
  readonly #index: number;
  readonly #writer: EventWriter;
  readonly #content: object[] = [];
  #part: OpenPart | undefined;

  constructor(id: string, index: number, writer: EventWriter) {
    this.#id = id;
    this.#index = index;
    this.#writer = writer;
    writer.write('response.output_item.added', { output_index: index, item: this.#item('in_progress', []) });
  }

  delta(kind: OpenPart['kind'], delta: string, logprobs: readonly TokenLogprob[]): void {
    const part = this.#opened(kind);
    part.pieces.push(delta);
    part.length += delta.length;
    part.logprobs.push(...logprobs);
    if (kind === 'refusal') this.#write('response.refusal.delta', { delta });
    else this.#write('response.output_text.delta', { delta, logprobs: encodeLogprobs(logprobs) });
  }

  cite(citation: Citation): void {
    const part = this.#opened('text');
    // Of a source without a place it is only known that it stands behind what was said so far.
    const annotation = encodeCitation({ ...citation, end: citation.end ?? part.length });
    if (!annotation) return;
    this.#write('response.output_text.annotation.added', { annotation_index: part.annotations.length, annotation });
    part.annotations.push(annotation);
  }

  /** True when there was a text to take the last probabilities. */
  closePart(logprobs: readonly TokenLogprob[] = []): boolean {
    const part = this.#part;
    if (!part) return false;
    if (part.kind === 'text') part.logprobs.push(...logprobs);
    const text = part.pieces.join('');
    const done = partOf(part, text);
    if (part.kind === 'refusal') this.#write('response.refusal.done', { refusal: text });
    else this.#write('response.output_text.done', { text, logprobs: encodeLogprobs(part.logprobs) });
    this.#write('response.content_part.done', { part: done });
    this.#content.push(done);
    this.#part = undefined;
    return part.kind === 'text';
  }

  close(status: 'completed' | 'incomplete'): object {
    this.closePart();
    const item = this.#item(status, this.#content);
    this.#writer.write('response.output_item.done', { output_index: this.#index, item });
    return item;
  }

  #opened(kind: OpenPart['kind']): OpenPart {
    if (this.#part?.kind === kind) return this.#part;
    this.closePart();
    const part: OpenPart = { kind, annotations: [], logprobs: [], pieces: [], length: 0 };
    this.#part = part;
    this.#write('response.content_part.added', { part: partOf(part, '') });
    return part;
  }

  #item(status: string, content: readonly object[]): object {
    return { id: this.#id, type: 'message', status, content, role: 'assistant' };
  }

  #write(type: string, fields: object): void {
    const at = { item_id: this.#id, output_index: this.#index, content_index: this.#content.length };
    this.#writer.write(type, { ...at, ...fields });
  }
}

function partOf({ kind, annotations, logprobs }: OpenPart, text: string): object {
  if (kind === 'refusal') return { type: 'refusal', refusal: text };
  return { type: 'output_text', text, annotations: [...annotations], logprobs: encodeLogprobsWithBytes(logprobs) };
}
