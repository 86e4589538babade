import { Buffer } from 'node:buffer';
import { Content } from '#core/generation/content.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import {
  fieldOf,
  isObject,
  type JsonObject,
  listOf,
  numberOf,
  parseForeignObject,
  textOf,
  utf8Of,
} from '../json-value.ts';
import type { DecodeAbout, EventDecoder } from '../protocol.ts';
import type { SseEvent } from '../sse.ts';
import { decodeCitation } from './citations.ts';
import { decodeRedacted, decodeThinking, decodeToolCall } from './decode-blocks.ts';
import { callerName } from './decode-reply.ts';
import { errorCodeOf, finishOf } from './read-reply.ts';
import { type Counts, mergeCounts, noCounts, readCounts, toUsage } from './usage.ts';

/** A block that has begun and not ended, by the index that the upstream gave it. */
type OpenBlock =
  | { readonly kind: 'part' }
  | { readonly kind: 'call'; readonly call: number; readonly startInput: string; hasInput: boolean }
  /** Only its family can read it: gathered, and handed on whole. */
  | { readonly kind: 'foreign'; readonly item: JsonObject; input: string; content: string };

type Events = GenerationEvent[];

export class MessagesDecoder implements EventDecoder {
  readonly #toolNames: DecodeAbout['toolNames'];
  readonly #open = new Map<number, OpenBlock>();
  #counts: Counts = noCounts;
  #calls = 0;
  #hasStarted = false;
  #hasBlocks = false;
  #hasFinished = false;

  constructor({ toolNames }: DecodeAbout) {
    this.#toolNames = toolNames;
  }

  decode({ name, data }: SseEvent): readonly GenerationEvent[] {
    if (data === null || data.length === 0) return [];
    const event = parseForeignObject(data);
    if (event === undefined) {
      return utf8Of(data.subarray(0, 8)).trim() === '[DONE]' ? [] : [{ kind: 'error', code: 'unknown' }];
    }
    const events: Events = [];
    this.#read(event, name, events);
    // One that forgot to begin has begun by this.
    if (!this.#hasStarted && events.some(({ kind }) => kind !== 'error')) {
      this.#hasStarted = true;
      events.unshift({ kind: 'start', model: undefined });
    }
    return events;
  }

  #read(event: JsonObject, name: string | null, events: Events): void {
    const index = numberOf(event.index) ?? -1;
    switch (event.type) {
      case 'message_start':
        return this.#begin(event.message, events);
      case 'content_block_start':
        return this.#openBlock(index, event.content_block, events);
      case 'content_block_delta':
        return this.#extend(index, event.delta, events);
      case 'content_block_stop':
        return this.#closeBlock(index, events);
      case 'message_delta':
        return this.#finish(event, events);
      case 'message_stop':
        events.push({ kind: 'end' });
        return;
      case 'error':
        events.push({ kind: 'error', code: errorCodeOf(event.error) });
        return;
      default:
        if (name === 'error') events.push({ kind: 'error', code: errorCodeOf(event.error) });
    }
  }

  /** Some upstreams send it twice; one that comes in the middle of another message is no answer. */
  #begin(message: unknown, events: Events): void {
    if (this.#hasBlocks) {
      events.push({ kind: 'error', code: 'unknown' });
      return;
    }
    this.#counts = mergeCounts(this.#counts, readCounts(fieldOf(message, 'usage')));
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    const model = textOf(fieldOf(message, 'model'));
    events.push({ kind: 'start', model: model === undefined ? undefined : Content.ofText(model) });
  }

  #openBlock(index: number, block: unknown, events: Events): void {
    // Nothing of the answer comes after its finish.
    if (this.#hasFinished) return;
    // An upstream that forgot to close the last one has closed it by this.
    this.#closeBlock(index, events);
    this.#hasBlocks = true;
    switch (fieldOf(block, 'type')) {
      case 'text':
        this.#open.set(index, { kind: 'part' });
        addText(events, 'text-delta', fieldOf(block, 'text'));
        for (const item of listOf(fieldOf(block, 'citations'))) addCitation(events, item);
        return;
      case 'thinking': {
        this.#open.set(index, { kind: 'part' });
        addText(events, 'reasoning-delta', fieldOf(block, 'thinking'));
        const { state } = decodeThinking(block);
        if (state) events.push({ kind: 'state', choice: 0, state });
        return;
      }
      case 'redacted_thinking': {
        const { state } = decodeRedacted(block);
        if (state) events.push({ kind: 'state', choice: 0, state });
        return;
      }
      case 'tool_use':
        return this.#openCall(index, block, events);
      default:
        if (isObject(block)) this.#open.set(index, { kind: 'foreign', item: block, input: '', content: '' });
    }
  }

  #openCall(index: number, block: unknown, events: Events): void {
    const { id, name, form, input } = decodeToolCall(block);
    const call = this.#calls++;
    const startInput = input.revealText('translate');
    this.#open.set(index, { kind: 'call', call, startInput, hasInput: false });
    const known = callerName(name.revealText('translate'), this.#toolNames);
    events.push({ kind: 'tool-call-start', choice: 0, call, id, name: known, form, state: undefined });
  }

  #extend(index: number, delta: unknown, events: Events): void {
    if (this.#hasFinished) return;
    const open = this.#open.get(index);
    switch (fieldOf(delta, 'type')) {
      case 'text_delta':
        return addText(events, 'text-delta', fieldOf(delta, 'text'));
      case 'thinking_delta':
        return addText(events, 'reasoning-delta', fieldOf(delta, 'thinking'));
      case 'signature_delta': {
        const { state } = decodeThinking(delta);
        if (state) events.push({ kind: 'state', choice: 0, state });
        return;
      }
      case 'citations_delta':
        return addCitation(events, fieldOf(delta, 'citation'));
      case 'input_json_delta':
        return addInput(events, open, textOf(fieldOf(delta, 'partial_json')) ?? '');
      case 'compaction_delta':
        if (open?.kind === 'foreign') open.content += textOf(fieldOf(delta, 'content')) ?? '';
    }
  }

  #closeBlock(index: number, events: Events): void {
    const open = this.#open.get(index);
    if (!open) return;
    this.#open.delete(index);
    switch (open.kind) {
      case 'part':
        events.push({ kind: 'part-end', choice: 0 });
        return;
      case 'call':
        // An input that stood whole in the start, or none at all: an empty object.
        if (!open.hasInput) addInput(events, open, open.startInput);
        events.push({ kind: 'tool-call-end', choice: 0, call: open.call });
        return;
      case 'foreign':
        events.push({ kind: 'foreign', choice: 0, family: 'anthropic', item: Content.ofJson(gathered(open)) });
    }
  }

  #finish(event: JsonObject, events: Events): void {
    const finish = finishOf(event.delta);
    if (finish !== undefined && !this.#hasFinished) {
      this.#hasFinished = true;
      for (const index of this.#open.keys()) this.#closeBlock(index, events);
      const stop = textOf(fieldOf(event.delta, 'stop_sequence'));
      const stopSequence = stop === undefined ? undefined : Content.ofText(stop);
      events.push({ kind: 'finish', choice: 0, reason: finish, stopSequence });
    }
    if (!isObject(event.usage)) return;
    this.#counts = mergeCounts(this.#counts, readCounts(event.usage));
    const usage = toUsage(this.#counts);
    if (usage) events.push({ kind: 'usage', usage });
  }
}

function addText(events: Events, kind: 'text-delta' | 'reasoning-delta', value: unknown): void {
  if (typeof value !== 'string' || value === '') return;
  const text = Content.ofText(value);
  if (kind === 'text-delta') events.push({ kind, choice: 0, text });
  else events.push({ kind, choice: 0, text, isSummary: false });
}

function addCitation(events: Events, item: unknown): void {
  if (isObject(item)) events.push({ kind: 'citation', choice: 0, citation: decodeCitation(item) });
}

function addInput(events: Events, open: OpenBlock | undefined, piece: string): void {
  if (open === undefined || piece === '') return;
  if (open.kind === 'foreign') open.input += piece;
  if (open.kind !== 'call') return;
  open.hasInput = true;
  events.push({ kind: 'tool-call-delta', choice: 0, call: open.call, input: Content.ofText(piece) });
}

function gathered({ item, input, content }: Extract<OpenBlock, { kind: 'foreign' }>): JsonObject {
  if (content !== '') return { ...item, content: (textOf(item.content) ?? '') + content };
  const parsed = input === '' ? undefined : parseForeignObject(Buffer.from(input));
  return parsed ? { ...item, input: parsed } : item;
}
