import type { Content } from '#core/generation/content.ts';
import type { Fault } from '#core/generation/fault.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { FinishReason, GenerationEvent } from '#core/generation/reply.ts';
import type { Usage } from '#core/generation/usage.ts';
import type { EventEncoder, ReplyAbout } from '../protocol.ts';
import { BlockQueue, eventOf, type QueuedBlock } from './block-queue.ts';
import { encodeCitation } from './citations.ts';
import {
  callBlock,
  foreignBlock,
  isRedacted,
  mediaText,
  signatureOf,
  stateBlock,
  textBlock,
  thinkingBlock,
} from './encode-blocks.ts';
import { encodeStreamFault } from './encode-fault.ts';
import { messageOf } from './encode-reply.ts';
import { stopDetailsOf, toStopReason } from './finish-reason.ts';
import { encodeDeltaUsage, encodeUsage } from './usage.ts';

type PartKind = 'text' | 'refusal' | 'reasoning';
/** The part that deltas extend. */
type OpenPart = { readonly kind: PartKind; readonly block: QueuedBlock; states: OpaqueState[] };
/** `text`: what came of a call that takes free text, which becomes an object in the end. */
type OpenCall = { readonly block: QueuedBlock; readonly form: 'function' | 'custom'; text: string };

export class MessagesEncoder implements EventEncoder {
  readonly #about: ReplyAbout;
  readonly #queue = new BlockQueue();
  readonly #calls = new Map<number, OpenCall>();
  #part: OpenPart | undefined;
  #hasStarted = false;
  #isOver = false;
  #hasRefused = false;
  #hasSaidAudio = false;
  #finish: FinishReason = 'other';
  #stopSequence: Content | undefined;
  #usage: Usage | undefined;

  constructor(about: ReplyAbout) {
    this.#about = about;
  }

  encode(event: GenerationEvent): string {
    // The dialect has one answer.
    if (this.#isOver || ('choice' in event && event.choice !== 0)) return '';
    const start = event.kind === 'error' ? '' : this.#start(event.kind === 'start' ? event.model : undefined);
    this.#take(event);
    return start + this.#queue.flush();
  }

  end(): string {
    if (this.#isOver) return '';
    const start = this.#start(undefined);
    this.#isOver = true;
    this.#endAll();
    const isRefused = this.#finish === 'stop' && this.#hasRefused;
    const reason = isRefused ? 'refusal' : toStopReason(this.#finish);
    const delta = {
      stop_reason: reason,
      stop_sequence: this.#stopSequence?.revealText('translate') ?? null,
      stop_details: stopDetailsOf(reason),
      container: null,
    };
    const last = eventOf({ type: 'message_delta', delta, usage: encodeDeltaUsage(this.#usage) });
    return start + this.#queue.flush() + last + eventOf({ type: 'message_stop' });
  }

  /** Open blocks are closed first: a program that keeps what it has must not find half a block. */
  fault(fault: Fault): string {
    if (this.#isOver) return '';
    this.#isOver = true;
    this.#endAll();
    return this.#queue.flush() + encodeStreamFault(fault, this.#about.generation).trimStart();
  }

  /** The first event goes out before any usage is known; `message_delta` tells all of it. */
  #start(model: Content | undefined): string {
    if (this.#hasStarted) return '';
    this.#hasStarted = true;
    const name = model?.revealText('translate') ?? this.#about.request.model;
    const usage = encodeUsage(this.#usage);
    const message = messageOf(this.#about, { model: name, content: [], reason: null, usage });
    return eventOf({ type: 'message_start', message });
  }

  #take(event: GenerationEvent): void {
    switch (event.kind) {
      case 'text-delta':
        return this.#extend('text', event.text);
      case 'refusal-delta':
        this.#hasRefused = true;
        return this.#extend('refusal', event.text);
      case 'reasoning-delta':
        return this.#extend('reasoning', event.text);
      case 'state':
        return this.#addState(event.state);
      case 'citation':
        return this.#addCitation(encodeCitation(event.citation));
      case 'part-end':
        return this.#endPart();
      case 'tool-call-start':
        return this.#beginCall(event);
      case 'tool-call-delta':
        return this.#extendCall(event.call, event.input);
      case 'tool-call-end':
        return this.#endCall(event.call);
      case 'media':
        return this.#addMedia(event);
      case 'foreign': {
        const block = foreignBlock(event.family, event.item);
        if (!block) return;
        this.#endPart();
        return this.#queue.addWhole(block);
      }
      case 'finish':
        this.#finish = event.reason;
        this.#stopSequence = event.stopSequence;
        return this.#endAll();
      case 'usage':
        this.#usage = event.usage;
        return;
      case 'start':
      case 'logprobs':
      case 'error':
      case 'end':
    }
  }

  #open(kind: PartKind): OpenPart {
    if (this.#part?.kind === kind) return this.#part;
    this.#endPart();
    const start = kind === 'reasoning' ? thinkingBlock('', '') : textBlock('');
    this.#part = { kind, block: this.#queue.add(start), states: [] };
    return this.#part;
  }

  #extend(kind: PartKind, content: Content): void {
    const text = content.revealText('translate');
    if (text === '') return;
    const { block } = this.#open(kind);
    block.waiting.push(
      kind === 'reasoning' ? { type: 'thinking_delta', thinking: text } : { type: 'text_delta', text },
    );
  }

  #addCitation(citation: unknown): void {
    if (citation === undefined) return;
    this.#open('text').block.waiting.push({ type: 'citations_delta', citation });
  }

  #addState(state: OpaqueState): void {
    if (this.#part) this.#part.states.push(state);
    else this.#addAlone(state);
  }

  #addAlone(state: OpaqueState): void {
    const block = stateBlock(state);
    if (block.type === 'thinking') this.#addSigned(signatureOf(state));
    else this.#queue.addWhole(block);
  }

  /** Programs read a signature from its delta alone. */
  #addSigned(signature: string): void {
    const block = this.#queue.add(thinkingBlock('', ''));
    block.waiting.push({ type: 'signature_delta', signature });
    block.isEnded = true;
  }

  /** Thinking is signed at its end; what signs a text, and a second signature, stands in a block behind it. */
  #endPart(): void {
    const part = this.#part;
    if (!part) return;
    this.#part = undefined;
    const { block, kind } = part;
    const behind = [...part.states];
    if (kind === 'reasoning') {
      const own = behind[0] && !isRedacted(behind[0]) ? behind.shift() : undefined;
      block.waiting.push({ type: 'signature_delta', signature: signatureOf(own) });
    }
    block.isEnded = true;
    for (const state of behind) this.#addAlone(state);
  }

  #beginCall(event: Extract<GenerationEvent, { kind: 'tool-call-start' }>): void {
    this.#endPart();
    if (event.state) this.#addSigned(signatureOf(event.state));
    this.#calls.set(event.call, { block: this.#queue.add(callBlock(event, {})), form: event.form, text: '' });
  }

  #extendCall(number: number, input: Content): void {
    const call = this.#calls.get(number);
    const piece = input.revealText('translate');
    if (!call || piece === '') return;
    if (call.form === 'custom') call.text += piece;
    else call.block.waiting.push({ type: 'input_json_delta', partial_json: piece });
  }

  #endCall(number: number): void {
    const call = this.#calls.get(number);
    if (!call) return;
    this.#calls.delete(number);
    if (call.form === 'custom') {
      call.block.waiting.push({ type: 'input_json_delta', partial_json: JSON.stringify({ input: call.text }) });
    }
    call.block.isEnded = true;
  }

  #addMedia({ medium, mediaType, data }: Extract<GenerationEvent, { kind: 'media' }>): void {
    // Audio comes in pieces, and is told of once.
    if (medium === 'audio' && this.#hasSaidAudio) return;
    if (medium === 'audio') this.#hasSaidAudio = true;
    this.#endPart();
    const text = mediaText({ medium, mediaType, source: { kind: 'inline', data } });
    const block = this.#queue.add(textBlock(''));
    block.waiting.push({ type: 'text_delta', text });
    block.isEnded = true;
  }

  #endAll(): void {
    this.#endPart();
    for (const number of [...this.#calls.keys()]) this.#endCall(number);
    this.#queue.endAll();
  }
}
