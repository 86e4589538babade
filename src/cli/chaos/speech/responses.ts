import { readOpenAiError } from './chat.ts';
import { readEvents, type SeenEvent } from './events.ts';
import type { Speech } from './speech.ts';
import { type Json, nothingTold, parse, type Told, usageOf } from './told.ts';

export const responses: Speech = {
  name: 'responses',
  readWhole(body) {
    const response = parse(body.toString().replace(/^\ufeff/, ''));
    if (!response) return { ...nothingTold, broken: ['a body that is no JSON'] };
    const odd = response.object === 'response' && Array.isArray(response.output) ? [] : ['no response'];
    return { ...ofResponse(response), odd };
  },
  readStream(body) {
    const { events, comments, broken } = readEvents(body);
    const reading = new Reading();
    for (const event of events) reading.take(event);
    const told = reading.end();
    return { ...told, comments, broken: [...broken, ...told.broken] };
  },
  readError: readOpenAiError,
};

/** The order that the official helpers and Codex rely on. */
class Reading {
  readonly #broken: string[] = [];
  readonly #odd: string[] = [];
  #text = '';
  #calls = '';
  #sequence = -1;
  #open = 0;
  #ends = 0;
  #terminal: Json;
  #error: string | undefined;
  #isFirst = true;

  take({ name, data }: SeenEvent): void {
    const event = parse(data);
    if (!event) return void this.#broken.push('data that is no JSON');
    if (this.#ends > 0) this.#broken.push(`${event.type} after the end`);
    if (name !== event.type) this.#odd.push(`${event.type} under the name ${name}`);
    if (event.type === 'error') {
      this.#error ??= event.code ?? event.error?.code;
      return;
    }
    if (event.type === 'keepalive') return;
    if (typeof event.sequence_number !== 'number') this.#odd.push(`${event.type} without a number`);
    else if (event.sequence_number <= this.#sequence) this.#odd.push(`number ${event.sequence_number} twice or late`);
    this.#sequence = event.sequence_number;
    if (this.#isFirst && !/^response\.(created|failed)$/.test(event.type)) this.#odd.push(`begins with ${event.type}`);
    this.#isFirst = false;
    this.#read(event);
  }

  #read(event: Json): void {
    switch (event.type) {
      case 'response.output_item.added':
        this.#open += 1;
        break;
      case 'response.output_item.done':
        this.#open -= 1;
        break;
      case 'response.output_text.delta':
        if (this.#open !== 1) this.#odd.push('words outside of an item');
        this.#text += event.delta;
        break;
      case 'response.function_call_arguments.delta':
        this.#calls += event.delta;
        break;
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        this.#ends += 1;
        this.#terminal = event.response;
        this.#error = event.type === 'response.failed' ? (event.response?.error?.code ?? 'unknown') : undefined;
        if (event.type !== 'response.failed' && this.#open !== 0) this.#odd.push('an item without an end');
        break;
    }
  }

  end(): Told {
    // A stream that has shown nothing may end with the error event alone.
    if (this.#ends === 0 && this.#error === undefined) this.#broken.push('no end');
    if (this.#ends > 1) this.#broken.push(`${this.#ends} ends`);
    const whole = ofResponse(this.#terminal ?? {});
    if (this.#error === undefined && whole.text !== this.#text) this.#odd.push('the end holds other words');
    return {
      ...whole,
      text: this.#text,
      calls: this.#calls,
      error: this.#error,
      broken: this.#broken,
      odd: this.#odd,
    };
  }
}

function ofResponse(response: Json): Told {
  const items: readonly Json[] = response.output ?? [];
  const parts = items.flatMap((item) => (item.type === 'message' ? (item.content ?? []) : []));
  return {
    ...nothingTold,
    text: parts.map((part) => part.text ?? '').join(''),
    calls: items.map((item) => (item.type === 'function_call' ? item.arguments : '')).join(''),
    finish: response.status === 'incomplete' ? response.incomplete_details?.reason : response.status,
    error: response.error?.code,
    usage: usageOf(response.usage?.input_tokens, response.usage?.output_tokens),
  };
}
