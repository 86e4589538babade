import { Content } from '#core/generation/content.ts';
import type { FinishReason, GenerationEvent } from '#core/generation/reply.ts';
import { fieldOf, isObject, type JsonObject, numberOf, parseForeignObject, textOf } from '../json-value.ts';
import type { DecodeAbout, EventDecoder } from '../protocol.ts';
import type { SseEvent } from '../sse.ts';
import { callerName, decodeCitation, redactedOf, signatureOf, stopSequenceOf } from './decode-reply.ts';
import { toFinish } from './finish-reason.ts';
import { toUsage } from './usage.ts';

/** A block that has begun and not ended, by the index that the upstream gave it. */
type OpenBlock = { readonly kind: 'part' } | { readonly kind: 'call'; readonly call: number; hasInput: boolean };

type Events = GenerationEvent[];

/** Reads the events of ConverseStream, each under its own name, as the splitter of event streams gives them. */
export class ConverseDecoder implements EventDecoder {
  readonly #toolNames: DecodeAbout['toolNames'];
  readonly #open = new Map<number, OpenBlock>();
  #calls = 0;
  #hasStarted = false;
  #hasFinished = false;
  #hasUsage = false;

  constructor({ toolNames }: DecodeAbout) {
    this.#toolNames = toolNames;
  }

  decode({ name, data }: SseEvent): readonly GenerationEvent[] {
    if (data === null || data.length === 0) return [];
    const event = parseForeignObject(data);
    if (event === undefined) return [{ kind: 'error', code: 'unknown' }];
    const events: Events = [];
    this.#read(event, name, events);
    return events;
  }

  #read(event: JsonObject, name: string | null, events: Events): void {
    const index = numberOf(event.contentBlockIndex) ?? 0;
    if (name === 'error') {
      const word = textOf(fieldOf(event.error, 'type')) ?? '';
      events.push({ kind: 'error', code: /^[a-z][a-z_]{2,47}$/.test(word) ? word : 'unknown' });
      return;
    }
    this.#start(events);
    // Only the bill may come after the finish.
    if (this.#hasFinished && name !== 'metadata') return;
    switch (name) {
      case 'contentBlockStart':
        return this.#openBlock(index, fieldOf(event.start, 'toolUse'), events);
      case 'contentBlockDelta':
        return this.#extend(index, event.delta, events);
      case 'contentBlockStop':
        return this.#closeBlock(index, events);
      case 'messageStop':
        return this.#finish(event, events);
      case 'metadata':
        return this.#account(event.usage, events);
    }
  }

  #start(events: Events): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    events.push({ kind: 'start', model: undefined });
  }

  /** Only calls are opened by an event of their own. */
  #openBlock(index: number, toolUse: unknown, events: Events): void {
    this.#closeBlock(index, events);
    if (!isObject(toolUse)) return;
    const call = this.#calls++;
    this.#open.set(index, { kind: 'call', call, hasInput: false });
    const id = Content.ofText(textOf(toolUse.toolUseId) ?? '');
    const name = callerName(textOf(toolUse.name) ?? '', this.#toolNames);
    events.push({ kind: 'tool-call-start', choice: 0, call, id, name, form: 'function', state: undefined });
  }

  #extend(index: number, delta: unknown, events: Events): void {
    const open = this.#open.get(index);
    if (open?.kind === 'call') {
      const input = textOf(fieldOf(fieldOf(delta, 'toolUse'), 'input'));
      if (!input) return;
      open.hasInput = true;
      events.push({ kind: 'tool-call-delta', choice: 0, call: open.call, input: Content.ofText(input) });
      return;
    }
    const found = partEvents(delta);
    if (found.length === 0) return;
    if (!open) this.#open.set(index, { kind: 'part' });
    events.push(...found);
  }

  #closeBlock(index: number, events: Events): void {
    const open = this.#open.get(index);
    if (!open) return;
    this.#open.delete(index);
    if (open.kind === 'part') {
      events.push({ kind: 'part-end', choice: 0 });
      return;
    }
    if (!open.hasInput)
      events.push({ kind: 'tool-call-delta', choice: 0, call: open.call, input: Content.ofText('{}') });
    events.push({ kind: 'tool-call-end', choice: 0, call: open.call });
  }

  #finish(event: JsonObject, events: Events): void {
    this.#hasFinished = true;
    for (const index of [...this.#open.keys()]) this.#closeBlock(index, events);
    const reason: FinishReason = toFinish(textOf(event.stopReason) ?? '', this.#calls > 0);
    const stopSequence = stopSequenceOf(event.additionalModelResponseFields);
    events.push({ kind: 'finish', choice: 0, reason, stopSequence });
    if (this.#hasUsage) events.push({ kind: 'end' });
  }

  /** The last event, as a rule: nothing of the answer comes after both it and the finish. */
  #account(told: unknown, events: Events): void {
    const usage = toUsage(told);
    if (usage) events.push({ kind: 'usage', usage });
    this.#hasUsage = true;
    if (this.#hasFinished) events.push({ kind: 'end' });
  }
}

function partEvents(delta: unknown): Events {
  const text = textOf(fieldOf(delta, 'text'));
  if (text) return [{ kind: 'text-delta', choice: 0, text: Content.ofText(text) }];
  const citation = fieldOf(delta, 'citation');
  if (isObject(citation)) return [{ kind: 'citation', choice: 0, citation: decodeCitation(citation) }];
  const reasoning = fieldOf(delta, 'reasoningContent');
  const thought = textOf(fieldOf(reasoning, 'text'));
  if (thought) return [{ kind: 'reasoning-delta', choice: 0, text: Content.ofText(thought), isSummary: false }];
  const signature = textOf(fieldOf(reasoning, 'signature'));
  if (signature) return [{ kind: 'state', choice: 0, state: signatureOf(signature) }];
  const redacted = textOf(fieldOf(reasoning, 'redactedContent'));
  return redacted ? [{ kind: 'state', choice: 0, state: redactedOf(redacted) }] : [];
}
