import type { Content } from '#core/generation/content.ts';
import type { Fault } from '#core/generation/fault.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { FinishReason, GenerationEvent, TokenLogprob } from '#core/generation/reply.ts';
import type { Usage } from '#core/generation/usage.ts';
import { fieldOf, textOf } from '../json-value.ts';
import type { EventEncoder, ReplyAbout } from '../protocol.ts';
import { CallItem } from './call-item.ts';
import { encodeFailedEvent } from './encode-fault.ts';
import { encodeImageItem, openImageItem } from './encode-image.ts';
import { isOwnItem } from './encode-item.ts';
import { closeResponse, openResponse } from './encode-response.ts';
import { EventWriter } from './event-writer.ts';
import { encodeFinish } from './finish-reason.ts';
import { MessageItem } from './message-item.ts';
import { ReasoningItem } from './reasoning-item.ts';
import { CallersTools } from './tool-names.ts';

/** Writes a stream; `isSilent` writes none of it, only the whole response at its end. */
export class ResponsesEncoder implements EventEncoder {
  readonly #about: ReplyAbout;
  readonly #tools: CallersTools;
  readonly #writer: EventWriter;
  /** By `output_index`, each put in when it is done. */
  readonly #output: object[] = [];
  readonly #calls = new Map<number, CallItem>();
  #items = 0;
  #message: { readonly item: MessageItem; readonly index: number } | undefined;
  #reasoning: { readonly item: ReasoningItem; readonly index: number } | undefined;
  /** Of text that comes with the next delta. */
  #logprobs: readonly TokenLogprob[] = [];
  #response: object | undefined;
  #finish: FinishReason | undefined;
  #usage: Usage | undefined;
  #isOver = false;

  constructor(about: ReplyAbout, isSilent = false) {
    this.#about = about;
    this.#tools = new CallersTools(about.request.tools);
    this.#writer = new EventWriter(isSilent);
  }

  encode(event: GenerationEvent): string {
    if (this.#isOver || event.kind === 'error') return '';
    // This API gives one answer.
    if ('choice' in event && event.choice !== 0) return '';
    this.#open(event.kind === 'start' ? event.model : undefined);
    this.#write(event);
    return this.#writer.take();
  }

  end(): string {
    if (this.#isOver) return '';
    const response = this.close();
    // What broke off without a reason is not complete.
    const { status } = encodeFinish(this.#finish ?? 'other');
    this.#writer.write(`response.${status}`, { response });
    return this.#writer.take();
  }

  /** The whole response. */
  close(): object {
    const open = this.#open(undefined);
    this.#closeAll(this.#finish ?? 'other');
    this.#isOver = true;
    return closeResponse(open, { finish: this.#finish ?? 'other', output: this.#output, usage: this.#usage });
  }

  fault(fault: Fault): string {
    if (this.#isOver) return '';
    this.#isOver = true;
    const response = this.#response ?? openResponse(this.#about, this.#about.request.model);
    return encodeFailedEvent(fault, response, this.#writer.next);
  }

  #open(model: Content | undefined): object {
    if (this.#response) return this.#response;
    const named = model?.revealText('translate') ?? this.#about.request.model;
    const response = openResponse(this.#about, named);
    this.#response = response;
    this.#writer.write('response.created', { response });
    this.#writer.write('response.in_progress', { response });
    return response;
  }

  #write(event: Exclude<GenerationEvent, { kind: 'error' }>): void {
    switch (event.kind) {
      case 'text-delta':
        return this.#writeText('text', event.text);
      case 'refusal-delta':
        return this.#writeText('refusal', event.text);
      case 'reasoning-delta':
        return this.#writeReasoning(event.text, event.isSummary);
      case 'state':
        return this.#writeState(event.state);
      case 'citation':
        return this.#openMessage().cite(event.citation);
      case 'part-end':
        this.#closeText();
        return this.#closeReasoning();
      case 'tool-call-start':
        return this.#startCall(event);
      case 'tool-call-delta':
        return this.#calls.get(event.call)?.delta(event.input.revealText('translate'));
      case 'tool-call-end':
        return this.#closeCall(event.call, 'completed');
      case 'logprobs':
        this.#logprobs = [...this.#logprobs, ...event.tokens];
        return;
      case 'media':
        return this.#writeMedia(event);
      case 'foreign':
        return this.#writeForeign(event);
      case 'finish':
        this.#finish = event.reason;
        return this.#closeAll(event.reason);
      case 'usage':
        this.#usage = event.usage;
        return;
      case 'start':
      case 'end':
    }
  }

  #writeText(kind: 'text' | 'refusal', text: Content): void {
    if (text.byteLength === 0) return;
    const logprobs = kind === 'text' ? this.#logprobs : [];
    if (kind === 'text') this.#logprobs = [];
    this.#openMessage().delta(kind, text.revealText('translate'), logprobs);
  }

  #writeReasoning(text: Content, isSummary: boolean): void {
    if (text.byteLength === 0) return;
    this.#closeMessage('completed');
    const open = this.#reasoning?.item;
    if (open && (open.isSummary !== isSummary || open.hasState)) this.#closeReasoning();
    this.#openReasoning(isSummary).delta(text.revealText('translate'));
  }

  /** Of the open reasoning; else of what stands beside it, for which this API has no place: an item of its own. */
  #writeState(state: OpaqueState): void {
    if (this.#reasoning && !this.#reasoning.item.hasState) return this.#reasoning.item.prove(state);
    this.#closeReasoning();
    this.#openReasoning(false).prove(state);
    this.#closeReasoning();
  }

  #startCall(event: GenerationEvent & { kind: 'tool-call-start' }): void {
    this.#closeMessage('completed');
    this.#closeReasoning();
    if (event.state) this.#writeState(event.state);
    const tool = this.#tools.find(event.name.revealText('translate'));
    const isCustom = event.form === 'custom' || tool.isCustom;
    const { id, index } = this.#next(isCustom ? 'ctc' : 'fc');
    const callId = event.id.revealText('translate');
    this.#calls.set(event.call, new CallItem({ id, index, callId, form: event.form, tool }, this.#writer));
  }

  /** Audio has no item here, and cannot be asked for. */
  #writeMedia({ medium, mediaType, data }: GenerationEvent & { kind: 'media' }): void {
    if (medium !== 'image') return;
    const { id, index } = this.#next('ig');
    const item = encodeImageItem(id, { mediaType, data });
    this.#writeItem(index, { added: openImageItem(id), done: item });
  }

  #writeForeign({ family, item }: GenerationEvent & { kind: 'foreign' }): void {
    const own = item.revealJson('translate');
    if (family !== 'openai' || !isOwnItem(own)) return;
    const { id, index } = this.#next('item');
    // Every item of a stream has an id; what an upstream left without one gets ours.
    const told = textOf(fieldOf(own, 'id')) ? own : { ...own, id };
    this.#writeItem(index, { added: told, done: told });
  }

  #writeItem(index: number, { added, done }: { readonly added: object; readonly done: object }): void {
    this.#writer.write('response.output_item.added', { output_index: index, item: added });
    this.#writer.write('response.output_item.done', { output_index: index, item: done });
    this.#output[index] = done;
  }

  #openMessage(): MessageItem {
    this.#closeReasoning();
    if (this.#message) return this.#message.item;
    const { id, index } = this.#next('msg');
    this.#message = { item: new MessageItem(id, index, this.#writer), index };
    return this.#message.item;
  }

  #openReasoning(isSummary: boolean): ReasoningItem {
    if (this.#reasoning) return this.#reasoning.item;
    const { id, index } = this.#next('rs');
    this.#reasoning = { item: new ReasoningItem({ id, index, isSummary }, this.#writer), index };
    return this.#reasoning.item;
  }

  #closeText(): void {
    // Probabilities may be told after their text.
    if (this.#message?.item.closePart(this.#logprobs)) this.#logprobs = [];
  }

  #closeMessage(status: 'completed' | 'incomplete'): void {
    this.#closeText();
    if (this.#message) this.#output[this.#message.index] = this.#message.item.close(status);
    this.#message = undefined;
  }

  #closeReasoning(): void {
    if (this.#reasoning) this.#output[this.#reasoning.index] = this.#reasoning.item.close();
    this.#reasoning = undefined;
  }

  #closeCall(call: number, status: 'completed' | 'incomplete'): void {
    const item = this.#calls.get(call);
    if (item) this.#output[item.index] = item.close(status);
    this.#calls.delete(call);
  }

  /** What is still open when the answer ends is as complete as the answer. */
  #closeAll(finish: FinishReason): void {
    const { status } = encodeFinish(finish);
    this.#closeReasoning();
    this.#closeMessage(status);
    for (const call of [...this.#calls.keys()]) this.#closeCall(call, status);
  }

  #next(kind: string): { readonly id: string; readonly index: number } {
    const index = this.#items++;
    return { id: `${kind}_${this.#about.generation.slice(4)}_${index}`, index };
  }
}
