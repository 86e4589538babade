import { Content } from '#core/generation/content.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { FinishReason, GenerationEvent } from '#core/generation/reply.ts';
import { fieldOf, isObject, listOf, textOf } from '../json-value.ts';
import { decodeAnnotation, decodeImages, plainOf, thinkingText } from './decode-assistant.ts';
import { type CallNames, CallsDecoder } from './decode-calls.ts';
import { finishAfter } from './finish-reason.ts';
import { asCallState, decodeDetail, type ReasoningDetail } from './reasoning-details.ts';

/** What else the delta of a detail tells: whether no reasoning as bare text, and which calls. */
type Beside = { readonly isAlone: boolean; readonly callIds: readonly unknown[] };
type Open = 'text' | 'refusal' | 'reasoning' | 'summary' | undefined;

/** One choice of a stream: its deltas in, events of the neutral grammar out. */
export class ChoiceDecoder {
  readonly #choice: number;
  readonly #calls: CallsDecoder;
  #open: Open;
  /** Reasoning that came as bare text: details may tell it again later, together with its proof. */
  #plainReasoning = '';
  #detailIndex: unknown;
  /** States with the id of a call that has not come yet. */
  readonly #waiting = new Map<string, OpaqueState>();
  isFinished = false;

  constructor(choice: number, names: CallNames) {
    this.#choice = choice;
    this.#calls = new CallsDecoder(choice, names);
  }

  read(delta: unknown, events: GenerationEvent[]): void {
    // What comes after the end of a choice is padding.
    if (!isObject(delta) || this.isFinished) return;
    this.#readReasoning(delta, events);
    this.#readContent(fieldOf(delta, 'content'), events);
    this.#say('refusal', textOf(fieldOf(delta, 'refusal')) ?? '', events);
    for (const annotation of listOf(fieldOf(delta, 'annotations'))) {
      for (const citation of decodeAnnotation(annotation)) {
        events.push({ kind: 'citation', choice: this.#choice, citation });
      }
    }
    this.#readMedia(delta, events);
    this.#readCalls(delta, events);
  }

  finish(reason: FinishReason, events: GenerationEvent[]): void {
    if (this.isFinished) return;
    this.isFinished = true;
    const { hasCalls } = this.#calls.end(events);
    for (const state of this.#waiting.values()) this.#standAlone(state, events);
    events.push({ kind: 'finish', choice: this.#choice, reason: finishAfter(reason, hasCalls) });
  }

  #readReasoning(delta: object, events: GenerationEvent[]): void {
    const plain = plainOf(delta);
    const details = listOf(fieldOf(delta, 'reasoning_details')).flatMap((entry) => decodeDetail(entry) ?? []);
    const told = details.some((detail) => detail.kind === 'told' && detail.text !== '');
    // One delta tells the same words in several fields.
    if (!told || plain === '') this.#say('reasoning', plain, events);
    if (!told) this.#plainReasoning += plain;
    const callIds = listOf(fieldOf(delta, 'tool_calls')).map((call) => fieldOf(call, 'id'));
    for (const detail of details) this.#readDetail(detail, { isAlone: plain === '', callIds }, events);
  }

  #readDetail(detail: ReasoningDetail, { isAlone, callIds }: Beside, events: GenerationEvent[]): void {
    if (detail.kind === 'sealed') {
      if (detail.id !== undefined && isOfCall(detail.state, detail.id, callIds)) {
        this.#waiting.set(detail.id, asCallState(detail.state));
      } else this.#readSealed(detail.state, detail.index, events);
      return;
    }
    const isRepeated = isAlone && detail.text !== '' && this.#plainReasoning.includes(detail.text);
    if (!isRepeated) {
      if (detail.index !== undefined && this.#detailIndex !== undefined && detail.index !== this.#detailIndex) {
        this.#close(events);
      }
      this.#say(detail.isSummary ? 'summary' : 'reasoning', detail.text, events);
    }
    this.#detailIndex = detail.index;
    if (!detail.state) return;
    if (this.#open !== 'reasoning') this.#close(events);
    events.push({ kind: 'state', choice: this.#choice, state: detail.state });
    this.#open ??= 'reasoning';
    this.#close(events);
  }

  #readSealed(state: OpaqueState, index: unknown, events: GenerationEvent[]): void {
    const isSamePart = index !== undefined && index === this.#detailIndex && this.#open === 'reasoning';
    const isBeside = state.kind === 'encrypted' ? this.#open === 'summary' || isSamePart : state.kind === 'signature';
    if (!isBeside || this.#open === undefined) return this.#standAlone(state, events);
    events.push({ kind: 'state', choice: this.#choice, state });
    if (this.#open !== 'text') this.#close(events);
  }

  #standAlone(state: OpaqueState, events: GenerationEvent[]): void {
    this.#close(events);
    events.push({ kind: 'state', choice: this.#choice, state }, { kind: 'part-end', choice: this.#choice });
  }

  #readContent(content: unknown, events: GenerationEvent[]): void {
    if (typeof content === 'string') return this.#say('text', content, events);
    for (const part of listOf(content)) {
      switch (fieldOf(part, 'type')) {
        case 'thinking':
          this.#say('reasoning', thinkingText(part), events);
          break;
        case 'refusal':
          this.#say('refusal', textOf(fieldOf(part, 'refusal')) ?? '', events);
          break;
        case 'image_url':
          this.#readImages({ images: [part] }, events);
          break;
        default:
          this.#say('text', textOf(part) ?? textOf(fieldOf(part, 'text')) ?? '', events);
      }
    }
  }

  #say(kind: Exclude<Open, undefined>, words: string, events: GenerationEvent[]): void {
    if (words === '') return;
    const choice = this.#choice;
    const text = Content.ofText(words);
    this.#open = kind;
    switch (kind) {
      case 'text':
        events.push({ kind: 'text-delta', choice, text });
        return;
      case 'refusal':
        events.push({ kind: 'refusal-delta', choice, text });
        return;
      case 'reasoning':
      case 'summary':
        events.push({ kind: 'reasoning-delta', choice, text, isSummary: kind === 'summary' });
    }
  }

  #close(events: GenerationEvent[]): void {
    if (this.#open !== undefined) events.push({ kind: 'part-end', choice: this.#choice });
    this.#open = undefined;
  }

  #readMedia(delta: object, events: GenerationEvent[]): void {
    this.#readImages(delta, events);
    const audio = fieldOf(delta, 'audio');
    if (!isObject(audio)) return;
    this.#say('text', textOf(fieldOf(audio, 'transcript')) ?? '', events);
    const data = textOf(fieldOf(audio, 'data')) ?? '';
    if (data === '') return;
    events.push({
      kind: 'media',
      choice: this.#choice,
      medium: 'audio',
      mediaType: undefined,
      data: Content.ofText(data),
    });
  }

  #readImages(holder: object, events: GenerationEvent[]): void {
    for (const { source, mediaType } of decodeImages(holder)) {
      this.#open = undefined;
      if (source.kind === 'inline') {
        events.push({ kind: 'media', choice: this.#choice, medium: 'image', mediaType, data: source.data });
      } else if (source.kind === 'url') {
        // The neutral stream has no images by address; the words of it are better than nothing.
        events.push({ kind: 'text-delta', choice: this.#choice, text: source.url });
      }
    }
  }

  #readCalls(delta: object, events: GenerationEvent[]): void {
    const before = events.length;
    for (const call of listOf(fieldOf(delta, 'tool_calls'))) this.#calls.read(call, this.#waiting, events);
    const older = fieldOf(delta, 'function_call');
    if (isObject(older)) this.#calls.read({ index: 0, function: older }, this.#waiting, events);
    if (events.length > before) this.#open = undefined;
  }
}

/** OpenAI's reasoning items have ids of their own; Gemini's state has the id of a call, which may come later. */
function isOfCall(state: OpaqueState, id: string, callIds: readonly unknown[]): boolean {
  return state.family === 'google' || state.kind === 'signature' || callIds.includes(id);
}
