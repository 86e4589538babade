import { Content } from '#core/generation/content.ts';
import type { FinishReason, GenerationEvent } from '#core/generation/reply.ts';
import { isObject, type JsonObject, textOf } from '../json-value.ts';
import { readCitations } from './citations.ts';
import { decodeMedia } from './decode-media.ts';
import { stateOf } from './decode-parts.ts';
import { itemsOf, memberOf } from './field-names.ts';
import { toFinish } from './finish-reason.ts';
import { decodeLogprobs } from './logprobs.ts';
import { PartialArguments } from './partial-arguments.ts';
import { inputOf, type ReplyCalls } from './reply-parts.ts';

type Events = GenerationEvent[];

/** One candidate of a stream. Its parts come in pieces that do not say where one part ends and the next begins. */
export class CandidateDecoder {
  readonly #choice: number;
  readonly #calls: ReplyCalls;
  #open: 'text' | 'reasoning' | undefined;
  /** The open part has its signature: what comes next is another one. */
  #isSigned = false;
  #callCount = 0;
  #openCall: PartialArguments | undefined;
  /** The text so far, since places of sources count from its beginning. */
  #text = '';
  readonly #cited = new Set<string>();
  #isFinished = false;

  constructor(choice: number, calls: ReplyCalls) {
    this.#choice = choice;
    this.#calls = calls;
  }

  decode(candidate: unknown, events: Events): void {
    for (const part of itemsOf(memberOf(memberOf(candidate, 'content'), 'parts'))) {
      if (isObject(part)) this.#decodePart(part, events);
    }
    if (!this.#isFinished) this.#decodeSources(candidate, events);
    const reason = toFinish(memberOf(candidate, 'finishReason'), this.#callCount > 0);
    if (reason) this.finish(reason, events);
  }

  /** Once, and last. */
  finish(reason: FinishReason, events: Events): void {
    if (this.#isFinished) return;
    this.#closeCall(events);
    this.#closePart(events);
    this.#isFinished = true;
    events.push({ kind: 'finish', choice: this.#choice, reason });
  }

  #decodePart(part: JsonObject, events: Events): void {
    const text = textOf(memberOf(part, 'text'));
    const isThought = memberOf(part, 'thought') === true;
    const call = memberOf(part, 'functionCall');
    // After the finish nothing can be said any more: to leave it out in silence would be a lie.
    if (this.#isFinished) {
      if (text || isObject(call)) events.push({ kind: 'error', code: 'unknown' });
      return;
    }
    if (isObject(call)) this.#decodeCall(part, call, events);
    else if (text !== undefined || isStateAlone(part)) this.#decodeText(part, { text: text ?? '', isThought }, events);
    else this.#decodeOther(part, events);
  }

  #decodeText(part: JsonObject, said: { readonly text: string; readonly isThought: boolean }, events: Events): void {
    const choice = this.#choice;
    const kind = said.isThought ? 'reasoning' : 'text';
    const state = stateOf(part);
    if (said.text === '' && !state) return;
    this.#closeCall(events);
    if (said.text !== '') {
      if (this.#open !== kind || this.#isSigned) this.#closePart(events);
      this.#open = kind;
      const text = Content.ofText(said.text);
      if (said.isThought) events.push({ kind: 'reasoning-delta', choice, text, isSummary: true });
      else {
        this.#text += said.text;
        events.push({ kind: 'text-delta', choice, text });
      }
    }
    if (!state) return;
    // An empty text is there for its signature, which then belongs to what came before it.
    if (this.#open !== kind || this.#isSigned) this.#closePart(events);
    events.push({ kind: 'state', choice, state });
    this.#isSigned = this.#open !== undefined;
  }

  #decodeCall(part: JsonObject, call: JsonObject, events: Events): void {
    const name = textOf(memberOf(call, 'name')) ?? '';
    const willContinue = memberOf(call, 'willContinue') === true;
    if (name !== '') {
      this.#closeCall(events);
      this.#closePart(events);
      const state = stateOf(part);
      events.push({
        kind: 'tool-call-start',
        choice: this.#choice,
        call: this.#callCount++,
        id: this.#calls.idOf(call),
        name: this.#calls.nameOf(call),
        form: 'function',
        state,
      });
      if (!willContinue && memberOf(call, 'partialArgs') === undefined) {
        this.#endCall(inputOf(call), events);
        return;
      }
      this.#openCall = new PartialArguments();
    }
    // A piece of a call that nobody began says nothing.
    if (!this.#openCall) return;
    this.#openCall.addWhole(memberOf(call, 'args'));
    this.#openCall.addPieces(memberOf(call, 'partialArgs'));
    if (!willContinue) this.#closeCall(events);
  }

  #decodeOther(part: JsonObject, events: Events): void {
    const choice = this.#choice;
    if (Object.keys(part).length === 0) return;
    this.#closeCall(events);
    this.#closePart(events);
    const media = decodeMedia(part);
    if (media?.source.kind === 'inline') {
      const { medium, mediaType, source } = media;
      events.push({ kind: 'media', choice, medium, mediaType, data: source.data });
      const state = stateOf(part);
      if (state) events.push({ kind: 'state', choice, state });
    } else events.push({ kind: 'foreign', choice, family: 'google', item: Content.ofJson(part) });
  }

  /** Later chunks may tell the same sources again. */
  #decodeSources(candidate: unknown, events: Events): void {
    const choice = this.#choice;
    for (const { citation } of readCitations(candidate, () => this.#text)) {
      const key = `${citation.start} ${citation.end} ${citation.item.revealText('translate')}`;
      if (this.#cited.has(key)) continue;
      this.#cited.add(key);
      events.push({ kind: 'citation', choice, citation });
    }
    const tokens = decodeLogprobs(memberOf(candidate, 'logprobsResult'));
    if (tokens) events.push({ kind: 'logprobs', choice, tokens });
  }

  #closePart(events: Events): void {
    if (this.#open) events.push({ kind: 'part-end', choice: this.#choice });
    this.#open = undefined;
    this.#isSigned = false;
  }

  #closeCall(events: Events): void {
    const call = this.#openCall;
    if (!call) return;
    this.#openCall = undefined;
    this.#endCall(Content.ofText(call.json), events);
  }

  #endCall(input: Content, events: Events): void {
    const choice = this.#choice;
    const call = this.#callCount - 1;
    events.push({ kind: 'tool-call-delta', choice, call, input }, { kind: 'tool-call-end', choice, call });
  }
}

/** A part that is nothing but a signature. */
function isStateAlone(part: JsonObject): boolean {
  return stateOf(part) !== undefined && Object.keys(part).every((key) => /^thought(?:_?[sS]ignature)?$/.test(key));
}
