import { readEvents, type SeenEvent } from './events.ts';
import type { Speech } from './speech.ts';
import { type Json, nothingTold, parse, type Told, usageOf } from './told.ts';

export const messages: Speech = {
  name: 'messages',
  readWhole(body) {
    const message = parse(body.toString().replace(/^\ufeff/, ''));
    if (!message) return { ...nothingTold, broken: ['a body that is no JSON'] };
    const odd = message.type === 'message' && message.role === 'assistant' ? [] : [`type ${message.type}`];
    const blocks: readonly Json[] = Array.isArray(message.content) ? message.content : [];
    return {
      ...nothingTold,
      text: blocks.map((block) => block.text ?? '').join(''),
      calls: blocks.map((block) => (block.type === 'tool_use' ? JSON.stringify(block.input) : '')).join(''),
      finish: message.stop_reason ?? undefined,
      error: message.error?.type,
      usage: usageOf(message.usage?.input_tokens, message.usage?.output_tokens),
      odd,
    };
  },
  readStream(body) {
    const { events, comments, broken } = readEvents(body);
    const reading = new Reading();
    for (const event of events) reading.take(event);
    const told = reading.end();
    return { ...told, comments: comments + reading.pings, broken: [...broken, ...told.broken] };
  },
  readError(body) {
    const { type, error, request_id } = parse(body.toString()) ?? {};
    const isWhole = type === 'error' && typeof error?.message === 'string' && error.message !== '';
    const odd = isWhole && typeof request_id === 'string' ? [] : ['no error of this dialect'];
    return { word: error?.type, odd };
  },
};

/** The order that the official SDK's stream helper insists on. */
class Reading {
  readonly #broken: string[] = [];
  readonly #odd: string[] = [];
  #text = '';
  #calls = '';
  #open: number | undefined;
  #next = 0;
  #isStarted = false;
  #input: unknown;
  #output: unknown;
  #finish: string | undefined;
  #error: string | undefined;
  #ends = 0;
  /** Those before anything was said: heartbeats. */
  pings = 0;

  take({ name, data }: SeenEvent): void {
    const event = parse(data);
    if (!event) return void this.#broken.push('data that is no JSON');
    // The official SDK skips an event without a name.
    if (name !== event.type) this.#odd.push(`${event.type} under the name ${name}`);
    if (this.#ends > 0) this.#broken.push(`${event.type} after the end`);
    if (event.type === 'ping') this.pings += this.#isStarted ? 0 : 1;
    else if (event.type === 'message_start') {
      if (this.#isStarted) this.#odd.push('a second start');
      this.#isStarted = true;
      this.#input = event.message?.usage?.input_tokens;
      this.#output = event.message?.usage?.output_tokens;
    } else if (event.type === 'error') {
      this.#ends += 1;
      this.#error = event.error?.type ?? 'unknown';
    } else if (!this.#isStarted) this.#odd.push(`${event.type} before the start`);
    else this.#read(event);
  }

  #read(event: Json): void {
    switch (event.type) {
      case 'content_block_start':
        if (this.#open !== undefined || event.index !== this.#next) this.#odd.push(`block ${event.index} begins`);
        this.#open = event.index;
        this.#next = event.index + 1;
        break;
      case 'content_block_delta':
        if (this.#open !== event.index) this.#odd.push('words outside of a block');
        this.#text += event.delta?.text ?? '';
        this.#calls += event.delta?.partial_json ?? '';
        break;
      case 'content_block_stop':
        if (this.#open !== event.index) this.#odd.push(`block ${event.index} ends`);
        this.#open = undefined;
        break;
      case 'message_delta':
        if (this.#open !== undefined) this.#odd.push('a block without an end');
        if (this.#finish !== undefined) this.#odd.push('a second finish');
        this.#finish = event.delta?.stop_reason ?? undefined;
        this.#input = event.usage?.input_tokens ?? this.#input;
        this.#output = event.usage?.output_tokens ?? this.#output;
        break;
      case 'message_stop':
        this.#ends += 1;
        if (this.#finish === undefined) this.#odd.push('a good end without a finish');
        break;
      default:
        this.#odd.push(`an event ${event.type}`);
    }
  }

  end(): Told {
    if (this.#ends !== 1) this.#broken.push(`${this.#ends} ends`);
    return {
      ...nothingTold,
      text: this.#text,
      calls: this.#calls,
      finish: this.#finish,
      error: this.#error,
      usage: usageOf(this.#input, this.#output),
      broken: this.#broken,
      odd: this.#odd,
    };
  }
}
