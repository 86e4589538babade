import { Buffer } from 'node:buffer';
import { isObject, type JsonObject, parseForeignObject } from '../json-value.ts';
import type { Answerer, Bill, ReplyForm } from '../reply-form.ts';
import { SseSplitter } from '../sse.ts';

/** What one dialect's objects look like in OpenRouter's dress. */
export type DressPattern = {
  /** One event, or a whole reply, as OpenRouter would send it; the same object where nothing changes. */
  dress(value: JsonObject, by: Answerer): JsonObject;
  /** The same with the cost where its usage stands; undefined: it carries no usage. */
  bill(value: JsonObject, bill: Bill): JsonObject | undefined;
};

const nothing: Answerer = { model: '', provider: '' };

/**
 * Replies as OpenRouter's callers expect them: the public model, who provides it, and what it cost. The event with the
 * usage waits for the bill, and what follows it waits too.
 */
export class ReplyDress implements ReplyForm {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly wantsUsage = true;
  readonly #pattern: DressPattern;
  readonly #splitter = new SseSplitter();
  #by = nothing;
  #waiting: string[] = [];
  #unbilled: { readonly name: string | null; readonly value: JsonObject } | undefined;

  constructor(pattern: DressPattern) {
    this.#pattern = pattern;
  }

  answering(by: Answerer): void {
    this.#by = by;
  }

  write(events: string | Uint8Array): string {
    const { buffer, events: whole } = this.#splitter.push(typeof events === 'string' ? Buffer.from(events) : events);
    let text = '';
    for (const { start, end, name, data } of whole) {
      const raw = Buffer.from(buffer.buffer, buffer.byteOffset + start, end - start).toString('utf8');
      const value = data === null ? undefined : parseForeignObject(data);
      if (value === undefined || isObject(value.error)) text += this.#say(raw);
      else text += this.#dress(name, value);
    }
    return text;
  }

  end(bill: Bill | undefined): string {
    const held = this.#unbilled;
    if (!held) return '';
    const value = bill ? (this.#pattern.bill(held.value, bill) ?? held.value) : held.value;
    return eventOf(held.name, this.#told(value)) + this.#waiting.join('');
  }

  whole(body: Uint8Array, bill: Bill): Uint8Array {
    const value = parseForeignObject(body);
    if (!value) return body;
    const dressed = this.#pattern.dress(value, this.#by);
    return Buffer.from(JSON.stringify(this.#told(this.#pattern.bill(dressed, bill) ?? dressed)));
  }

  /** With how it was routed, where that was asked for: of a stream on the event that has the usage. */
  #told(value: JsonObject): JsonObject {
    const { metadata } = this.#by;
    return metadata ? { ...value, openrouter_metadata: metadata } : value;
  }

  #dress(name: string | null, value: JsonObject): string {
    const dressed = this.#pattern.dress(value, this.#by);
    // The last usage counts: an earlier one that waited goes out as it came.
    if (this.#pattern.bill(dressed, noBill) === undefined) return this.#say(eventOf(name, dressed));
    const earlier = this.#unbilled ? eventOf(this.#unbilled.name, this.#unbilled.value) + this.#waiting.join('') : '';
    this.#unbilled = { name, value: dressed };
    this.#waiting = [];
    return earlier;
  }

  /** Behind an event that waits everything waits: the order stays. */
  #say(text: string): string {
    if (!this.#unbilled) return text;
    this.#waiting.push(text);
    return '';
  }
}

const noBill: Bill = { cost: '0', inputCost: '0', outputCost: '0' };

function eventOf(name: string | null, value: JsonObject): string {
  return `${name === null ? '' : `event: ${name}\n`}data: ${JSON.stringify(value)}\n\n`;
}
