import type { GenerationEvent } from '#core/generation/reply.ts';
import { fieldOf, listOf, numberOf, parseForeignObject, textOf } from '../json-value.ts';
import type { DecodeAbout, EventDecoder } from '../protocol.ts';
import type { SseEvent } from '../sse.ts';
import { decodeCitation, decodeLogprobs } from './decode-citation.ts';
import { ItemEvents, type TextKind } from './decode-item-events.ts';
import { errorCodeOf } from './error-code.ts';
import { decodeFinish, isCall } from './finish-reason.ts';
import { contentOf } from './tool-names.ts';
import { usageOf } from './usage.ts';

export function openDecoder(about: DecodeAbout): EventDecoder {
  return new ResponsesDecoder(about);
}

/** Which text an event speaks of, and the field of its `done` that holds the whole of it. */
const texts: Readonly<Record<string, { readonly kind: TextKind; readonly whole: string }>> = {
  'response.output_text': { kind: 'text', whole: 'text' },
  'response.refusal': { kind: 'refusal', whole: 'refusal' },
  'response.reasoning_text': { kind: 'reasoning', whole: 'text' },
  'response.reasoning_summary_text': { kind: 'summary', whole: 'text' },
};
const inputs: Readonly<Record<string, string>> = {
  'response.function_call_arguments': 'arguments',
  'response.custom_tool_call_input': 'input',
};

class ResponsesDecoder implements EventDecoder {
  readonly #items: ItemEvents;
  /** Of upstreams that do not number their items. */
  readonly #places = new Map<string, number>();
  #isStarted = false;
  #isOver = false;

  constructor(about: DecodeAbout) {
    this.#items = new ItemEvents(about);
  }

  decode({ data }: SseEvent): readonly GenerationEvent[] {
    if (this.#isOver || data === null || data.length === 0) return [];
    if (data[0] === 0x5b && data.length === 6) return [];
    const event = parseForeignObject(data);
    if (event === undefined) return this.#fail('unknown');
    const type = textOf(fieldOf(event, 'type')) ?? '';
    const started = this.#start(fieldOf(event, 'response'));
    this.#read(event, type);
    const events = [...started, ...this.#items.take()];
    return this.#isOver && !this.#items.isFailed ? [...events, ...this.#end(event)] : events;
  }

  #start(response: unknown): readonly GenerationEvent[] {
    if (this.#isStarted) return [];
    this.#isStarted = true;
    return [{ kind: 'start', model: contentOf(fieldOf(response, 'model')) }];
  }

  #read(event: unknown, type: string): void {
    const dot = type.lastIndexOf('.');
    const subject = type.slice(0, dot);
    const verb = type.slice(dot + 1);
    const index = this.#placeOf(event);
    if (Object.hasOwn(texts, subject)) return this.#readText(event, { subject, verb, index });
    if (Object.hasOwn(inputs, subject)) {
      const whole = verb === 'delta' ? undefined : textOf(fieldOf(event, inputs[subject] ?? ''));
      return this.#items.input(index, { delta: textOf(fieldOf(event, 'delta')), whole });
    }
    switch (type) {
      case 'response.output_item.added':
        if (isCall(fieldOf(fieldOf(event, 'item'), 'type'))) this.#items.startCall(index, fieldOf(event, 'item'));
        return;
      case 'response.output_item.done':
        return this.#items.finish(index, fieldOf(event, 'item'));
      case 'response.output_text.annotation.added':
        return this.#items.cite(index, contentIndex(event), decodeCitation(fieldOf(event, 'annotation')));
      case 'response.audio.delta':
        return this.#items.addAudio(textOf(fieldOf(event, 'delta')));
      case 'response.completed':
      case 'response.incomplete':
        for (const [place, item] of listOf(fieldOf(fieldOf(event, 'response'), 'output')).entries()) {
          this.#items.finish(this.#placeOf({ output_index: place, item }), item);
        }
        this.#isOver = true;
        return;
      case 'response.failed':
        return this.#readError(fieldOf(fieldOf(event, 'response'), 'error'));
      default: {
        const error = fieldOf(event, 'error');
        if (type === 'error' || (error !== undefined && error !== null)) this.#readError(error ?? event);
      }
    }
  }

  #readText(event: unknown, { subject, verb, index }: { subject: string; verb: string; index: number }): void {
    const known = texts[subject];
    if (!known) return;
    const { kind, whole } = known;
    const part = kind === 'summary' ? (numberOf(fieldOf(event, 'summary_index')) ?? 0) : contentIndex(event);
    if (verb === 'delta') {
      this.#items.logprobs(index, decodeLogprobs(fieldOf(event, 'logprobs')));
      this.#items.text({ index, kind, part }, textOf(fieldOf(event, 'delta')) ?? '');
    } else if (verb === 'done') this.#items.wholeText({ index, kind, part }, textOf(fieldOf(event, whole)) ?? '');
  }

  #readError(error: unknown): void {
    this.#isOver = true;
    this.#items.fail(errorCodeOf(error));
  }

  #fail(code: string): readonly GenerationEvent[] {
    this.#isOver = true;
    return [{ kind: 'error', code }];
  }

  #end(event: unknown): readonly GenerationEvent[] {
    const response = fieldOf(event, 'response');
    const status = fieldOf(response, 'status') ?? String(fieldOf(event, 'type')).slice('response.'.length);
    const details = fieldOf(response, 'incomplete_details');
    const reason = decodeFinish({ status, incomplete_details: details }, this.#items.hasCalls) ?? 'other';
    const usage = usageOf(response);
    return [
      { kind: 'finish', choice: 0, reason },
      ...(usage ? [{ kind: 'usage', usage } as const] : []),
      { kind: 'end' },
    ];
  }

  /** Its number, or that of the item with the same id, or the next one. */
  #placeOf(event: unknown): number {
    const id = textOf(fieldOf(fieldOf(event, 'item'), 'id')) ?? textOf(fieldOf(event, 'item_id')) ?? '';
    const known = id === '' ? undefined : this.#places.get(id);
    const place = known ?? numberOf(fieldOf(event, 'output_index')) ?? this.#places.size;
    if (id !== '') this.#places.set(id, place);
    return place;
  }
}

function contentIndex(event: unknown): number {
  return numberOf(fieldOf(event, 'content_index')) ?? 0;
}
