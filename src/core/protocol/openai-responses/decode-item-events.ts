import { Content } from '#core/generation/content.ts';
import type { Citation } from '#core/generation/parts.ts';
import type { GenerationEvent, TokenLogprob } from '#core/generation/reply.ts';
import { fieldOf, isObject, listOf, textOf } from '../json-value.ts';
import type { DecodeAbout } from '../protocol.ts';
import { decodeCitations, decodeLogprobs } from './decode-citation.ts';
import { imageTypeOf, stateOf, summaryBreak } from './decode-item.ts';
import { callersName, callIdFor } from './decode-reply.ts';
import { isCall } from './finish-reason.ts';
import { nameOf } from './tool-names.ts';

export type TextKind = 'text' | 'refusal' | 'reasoning' | 'summary';
type TextPlace = { readonly index: number; readonly kind: TextKind; readonly part: number };

/** What of one item was told so far: the rest may come later in any of several forms. */
type Told = {
  /** How much of each text. */
  readonly lengths: Map<string, number>;
  readonly citations: Map<number, number>;
  hasLogprobs: boolean;
  call: number | undefined;
  /** A call takes no more input once it was ended. */
  isCallOpen: boolean;
  isDone: boolean;
};

/** The items of a stream as neutral events. Whatever an upstream tells twice comes out once. */
export class ItemEvents {
  readonly #about: DecodeAbout;
  readonly #told = new Map<number, Told>();
  #events: GenerationEvent[] = [];
  /** The open text: its item, its kind, and for a message its part. */
  #open: string | undefined;
  #calls = 0;
  isFailed = false;

  constructor(about: DecodeAbout) {
    this.#about = about;
  }

  get hasCalls(): boolean {
    return this.#calls > 0;
  }

  take(): readonly GenerationEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  fail(code: string): void {
    this.isFailed = true;
    this.#events.push({ kind: 'error', code });
  }

  text(place: TextPlace, delta: string): void {
    if (delta === '') return;
    const { lengths } = this.#toldOf(place.index);
    const key = `${place.kind}/${place.part}`;
    const before = lengths.get(key) ?? 0;
    this.#openPart(place);
    // The paragraphs of a summary are one text elsewhere.
    if (place.kind === 'summary' && place.part > 0 && before === 0) this.#pushText('summary', summaryBreak);
    lengths.set(key, before + delta.length);
    this.#pushText(place.kind, delta);
  }

  wholeText(place: TextPlace, whole: string): void {
    this.text(place, whole.slice(this.#toldOf(place.index).lengths.get(`${place.kind}/${place.part}`) ?? 0));
  }

  logprobs(index: number, tokens: readonly TokenLogprob[]): void {
    if (tokens.length === 0) return;
    this.#toldOf(index).hasLogprobs = true;
    this.#events.push({ kind: 'logprobs', choice: 0, tokens });
  }

  cite(index: number, part: number, citation: Citation | undefined): void {
    if (!citation) return;
    const { citations } = this.#toldOf(index);
    citations.set(part, (citations.get(part) ?? 0) + 1);
    this.#openPart({ index, kind: 'text', part });
    this.#events.push({ kind: 'citation', choice: 0, citation });
  }

  addAudio(data: string | undefined): void {
    if (data === undefined || data === '') return;
    this.#events.push({
      kind: 'media',
      choice: 0,
      medium: 'audio',
      mediaType: undefined,
      data: Content.ofText(data),
    });
  }

  /** A call without a name is started when its name comes. */
  startCall(index: number, item: unknown): void {
    const told = this.#toldOf(index);
    const name = nameOf(item);
    if (told.call !== undefined || name === '') return;
    this.#closePart();
    told.call = this.#calls++;
    told.isCallOpen = true;
    this.#events.push({
      kind: 'tool-call-start',
      choice: 0,
      call: told.call,
      id: Content.ofText(textOf(fieldOf(item, 'call_id')) || callIdFor(this.#about, told.call)),
      name: Content.ofText(callersName(name, this.#about)),
      form: fieldOf(item, 'type') === 'custom_tool_call' ? 'custom' : 'function',
      state: undefined,
    });
    this.input(index, { delta: undefined, whole: inputOf(item) });
  }

  input(index: number, { delta, whole }: { delta: string | undefined; whole: string | undefined }): void {
    const { call, isCallOpen, lengths } = this.#toldOf(index);
    if (call === undefined || !isCallOpen) return;
    const before = lengths.get('input') ?? 0;
    const input = whole === undefined ? (delta ?? '') : whole.slice(before);
    if (input === '') return;
    lengths.set('input', before + input.length);
    this.#events.push({ kind: 'tool-call-delta', choice: 0, call, input: Content.ofText(input) });
  }

  /** All of an item that was not told yet. */
  finish(index: number, item: unknown): void {
    const told = this.#toldOf(index);
    if (told.isDone || !isObject(item)) return;
    told.isDone = true;
    const type = fieldOf(item, 'type');
    if (type === 'message') this.#finishMessage(index, item);
    else if (type === 'reasoning') this.#finishReasoning(index, item);
    else if (isCall(type)) this.#finishCall(index, item);
    else if (type === 'image_generation_call') this.#addImage(item);
    else this.#events.push({ kind: 'foreign', choice: 0, family: 'openai', item: Content.ofJson(item) });
  }

  #finishMessage(index: number, item: unknown): void {
    const told = this.#toldOf(index);
    for (const [part, content] of listOf(fieldOf(item, 'content')).entries()) {
      const refusal = textOf(fieldOf(content, 'refusal'));
      if (refusal !== undefined) this.wholeText({ index, kind: 'refusal', part }, refusal);
      if (!told.hasLogprobs) {
        const tokens = decodeLogprobs(fieldOf(content, 'logprobs'));
        if (tokens.length > 0) this.#events.push({ kind: 'logprobs', choice: 0, tokens });
      }
      this.wholeText({ index, kind: 'text', part }, textOf(fieldOf(content, 'text')) ?? '');
      const citations = decodeCitations(fieldOf(content, 'annotations'));
      for (const citation of citations.slice(told.citations.get(part) ?? 0)) this.cite(index, part, citation);
    }
    this.#closePart();
  }

  #finishReasoning(index: number, item: unknown): void {
    for (const [kind, list] of [
      ['summary', 'summary'],
      ['reasoning', 'content'],
    ] as const) {
      for (const [part, text] of listOf(fieldOf(item, list)).entries()) {
        this.wholeText({ index, kind, part }, textOf(fieldOf(text, 'text')) ?? '');
      }
    }
    const state = stateOf(item);
    if (!this.#open?.startsWith(`${index}/`)) this.#closePart();
    if (state) {
      this.#events.push({ kind: 'state', choice: 0, state });
      this.#open ??= `${index}/state`;
    }
    this.#closePart();
  }

  #finishCall(index: number, item: unknown): void {
    this.startCall(index, item);
    this.input(index, { delta: undefined, whole: inputOf(item) });
    const told = this.#toldOf(index);
    if (told.call === undefined || !told.isCallOpen) return;
    told.isCallOpen = false;
    this.#events.push({ kind: 'tool-call-end', choice: 0, call: told.call });
  }

  #addImage(item: unknown): void {
    const data = textOf(fieldOf(item, 'result'));
    if (data === undefined || data === '') return;
    const mediaType = imageTypeOf(item);
    this.#events.push({ kind: 'media', choice: 0, medium: 'image', mediaType, data: Content.ofText(data) });
  }

  #openPart({ index, kind, part }: TextPlace): void {
    // Reasoning and each of its summaries are one part, so that the state that comes last stands with it.
    const place = kind === 'summary' || kind === 'reasoning' ? `${index}/${kind}` : `${index}/${kind}/${part}`;
    if (this.#open !== place) this.#closePart();
    this.#open = place;
  }

  #closePart(): void {
    if (this.#open !== undefined) this.#events.push({ kind: 'part-end', choice: 0 });
    this.#open = undefined;
  }

  #pushText(kind: TextKind, text: string): void {
    const content = Content.ofText(text);
    if (kind === 'text') this.#events.push({ kind: 'text-delta', choice: 0, text: content });
    else if (kind === 'refusal') this.#events.push({ kind: 'refusal-delta', choice: 0, text: content });
    else this.#events.push({ kind: 'reasoning-delta', choice: 0, text: content, isSummary: kind === 'summary' });
  }

  #toldOf(index: number): Told {
    let told = this.#told.get(index);
    if (told === undefined) {
      const unseen = { hasLogprobs: false, call: undefined, isCallOpen: false, isDone: false };
      told = { lengths: new Map(), citations: new Map(), ...unseen };
      this.#told.set(index, told);
    }
    return told;
  }
}

function inputOf(item: unknown): string {
  return textOf(fieldOf(item, fieldOf(item, 'type') === 'custom_tool_call' ? 'input' : 'arguments')) ?? '';
}
