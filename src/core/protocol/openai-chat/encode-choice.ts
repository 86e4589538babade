import { Content } from '#core/generation/content.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { ReasoningPart } from '#core/generation/parts.ts';
import type { GenerationEvent, TokenLogprob } from '#core/generation/reply.ts';
import { sealState } from '../sealed-state.ts';
import { freeTextOf } from './custom-calls.ts';
import { encodeDataUrl } from './data-url.ts';
import { encodeAnnotation } from './encode-parts.ts';
import { fromFinish } from './finish-reason.ts';
import { encodeDetails, encodeSealed } from './reasoning-details.ts';

/** What a chunk says of one choice. */
export type ChoiceChunk = {
  readonly delta: object;
  readonly logprobs?: object;
  readonly finish_reason?: ReturnType<typeof fromFinish>;
};
type ChoiceEvent = Extract<GenerationEvent, { readonly choice: number }>;
/** `index`: the entry that it already is among the details. */
type Draft = { text: string; readonly isSummary: boolean; readonly index?: number };
type Call = {
  readonly form: 'function' | 'custom';
  /** A custom tool whose text comes wrapped as arguments, held until they are whole. */
  held: string | undefined;
  hasInput: boolean;
  isEnded: boolean;
};

export type ChoiceAbout = {
  readonly audioId: string;
  readonly customNames: ReadonlySet<string>;
  /** The caller asked not to see it, and the upstream could not be told. */
  readonly hidesReasoning: boolean;
  /** OpenRouter's callers read `reasoning_details` alone, piece by piece; others get them once there is proof. */
  readonly streamsDetails: boolean;
};

const nothing: readonly ChoiceChunk[] = [];

/** One choice of a stream towards a chat caller. */
export class ChoiceEncoder {
  readonly #audioId: string;
  readonly #customNames: ReadonlySet<string>;
  readonly #hidesReasoning: boolean;
  readonly #streamsDetails: boolean;
  readonly #calls = new Map<number, Call>();
  #open: 'text' | 'other' | 'hidden' | Draft | undefined;
  /** Reasoning without proof so far, told as bare text alone; it goes into the details too once there is proof. */
  #unproven: Draft[] = [];
  #hasProof = false;
  #detailIndex = 0;
  #contentLength = 0;
  #partStart = 0;
  #isFinished = false;

  constructor({ audioId, customNames, hidesReasoning, streamsDetails }: ChoiceAbout) {
    this.#audioId = audioId;
    this.#customNames = customNames;
    this.#hidesReasoning = hidesReasoning;
    this.#streamsDetails = streamsDetails;
  }

  encode(event: ChoiceEvent): readonly ChoiceChunk[] {
    if (this.#isFinished) return nothing;
    switch (event.kind) {
      case 'text-delta':
        return this.#sayText(event.text.revealText('translate'));
      case 'refusal-delta':
        return [...this.#turnTo('other'), { delta: { refusal: event.text.revealText('translate') } }];
      case 'reasoning-delta':
        return this.#reason(event.text.revealText('translate'), event.isSummary);
      case 'state':
        return this.#prove(event.state);
      case 'citation': {
        const place = { shift: this.#partStart, length: this.#contentLength - this.#partStart };
        const annotation = encodeAnnotation(event.citation, place);
        return annotation ? [{ delta: { annotations: [annotation] } }] : nothing;
      }
      case 'part-end':
        return this.#turnTo(undefined);
      case 'tool-call-start':
        return [...this.#turnTo(undefined), ...this.#startCall(event)];
      case 'tool-call-delta':
        return this.#extendCall(event.call, event.input.revealText('translate'));
      case 'tool-call-end':
        return this.#endCall(event.call);
      case 'media':
        return [...this.#turnTo(undefined), ...this.#showMedium(event)];
      case 'logprobs':
        return [{ delta: {}, logprobs: encodeLogprobs(event.tokens) }];
      case 'foreign':
        // An item of another family means nothing to a chat caller.
        return this.#turnTo(undefined);
      case 'finish': {
        const closed = [...this.#turnTo(undefined), ...[...this.#calls.keys()].flatMap((call) => this.#endCall(call))];
        this.#isFinished = true;
        return [...closed, { delta: {}, finish_reason: fromFinish(event.reason) }];
      }
    }
  }

  #sayText(text: string): readonly ChoiceChunk[] {
    const before = this.#turnTo('text');
    this.#contentLength += text.length;
    return [...before, { delta: { content: text } }];
  }

  #reason(text: string, isSummary: boolean): readonly ChoiceChunk[] {
    if (this.#hidesReasoning) return this.#turnTo('hidden');
    const open = typeof this.#open === 'object' && this.#open.isSummary === isSummary ? this.#open : undefined;
    if (open) {
      open.text += text;
      return [tell(text, open)];
    }
    const closed = this.#turnTo(undefined);
    const draft = { text, isSummary, ...(this.#streamsDetails ? { index: this.#detailIndex++ } : {}) };
    this.#open = draft;
    return [...closed, tell(text, draft)];
  }

  /** Closes the open part when the next one is another. */
  #turnTo(next: 'text' | 'other' | 'hidden' | Draft | undefined): readonly ChoiceChunk[] {
    const last = this.#open;
    if (last === next && next !== undefined) return nothing;
    this.#open = next;
    if (next === 'text') this.#partStart = this.#contentLength;
    if (typeof last !== 'object' || last.index !== undefined) return nothing;
    if (this.#hasProof) return this.#tellDetails([toPart(last, undefined)]);
    this.#unproven.push(last);
    return nothing;
  }

  #prove(state: OpaqueState): readonly ChoiceChunk[] {
    const open = this.#open;
    // Proof of words that the caller has not seen proves nothing.
    if (open === 'hidden') return nothing;
    this.#hasProof = true;
    const earlier = this.#unproven.map((draft) => toPart(draft, undefined));
    this.#unproven = [];
    if (typeof open === 'object') {
      this.#open = undefined;
      if (open.index !== undefined) return [{ delta: { reasoning_details: proofOf(open, open.index, state) } }];
      return this.#tellDetails([...earlier, toPart(open, state)]);
    }
    const sealed = encodeSealed(state, seal, { index: this.#detailIndex + earlier.length });
    const told = this.#tellDetails(earlier);
    this.#detailIndex++;
    return [...told, { delta: { reasoning_details: [sealed] } }];
  }

  #tellDetails(parts: readonly ReasoningPart[]): readonly ChoiceChunk[] {
    if (parts.length === 0) return nothing;
    const details = parts.flatMap((part) => encodeDetails(part, this.#detailIndex++, seal));
    return [{ delta: { reasoning_details: details } }];
  }

  #startCall(event: Extract<ChoiceEvent, { kind: 'tool-call-start' }>): readonly ChoiceChunk[] {
    const { call: index, state } = event;
    const id = event.id.revealText('translate');
    const name = event.name.revealText('translate');
    const isWrapped = event.form === 'function' && this.#customNames.has(name);
    const form = isWrapped ? 'custom' : event.form;
    this.#calls.set(index, { form, held: isWrapped ? '' : undefined, hasInput: false, isEnded: false });
    const body = form === 'custom' ? { custom: { name, input: '' } } : { function: { name, arguments: '' } };
    const call = { index, id, type: form, ...body, ...encodeCallState(state) };
    const details = this.#streamsDetails ? encodeCallDetail(state, id) : encodeOtherCallState(state, id);
    return [{ delta: { ...details, tool_calls: [call] } }];
  }

  #extendCall(index: number, input: string): readonly ChoiceChunk[] {
    const call = this.#calls.get(index);
    if (call === undefined || input === '') return nothing;
    call.hasInput = true;
    if (call.held === undefined) return [inputChunk(index, call.form, input)];
    call.held += input;
    return nothing;
  }

  #endCall(index: number): readonly ChoiceChunk[] {
    const call = this.#calls.get(index);
    if (call === undefined || call.isEnded) return nothing;
    call.isEnded = true;
    if (call.held !== undefined) return [inputChunk(index, call.form, freeTextOf(call.held))];
    // Programs parse the arguments: none are written as none, not as nothing.
    return call.hasInput || call.form === 'custom' ? nothing : [inputChunk(index, call.form, '{}')];
  }

  #showMedium(event: Extract<ChoiceEvent, { kind: 'media' }>): readonly ChoiceChunk[] {
    if (event.medium === 'audio') {
      return [{ delta: { audio: { id: this.#audioId, data: event.data.revealText('translate') } } }];
    }
    return event.medium === 'image' ? [{ delta: { images: [encodeImage(event.data, event.mediaType)] } }] : nothing;
  }
}

function tell(text: string, draft: Draft): ChoiceChunk {
  const { isSummary, index } = draft;
  if (index === undefined) return { delta: { reasoning_content: text } };
  const details = encodeDetails(toPart({ text, isSummary }, undefined), index, seal);
  return { delta: { reasoning_content: text, reasoning_details: details } };
}

/** The proof of words that the caller has already; it joins them by their index. */
function proofOf({ isSummary }: Draft, index: number, state: OpaqueState): readonly object[] {
  return encodeDetails(toPart({ text: '', isSummary }, state), index, seal);
}

function inputChunk(index: number, form: Call['form'], input: string): ChoiceChunk {
  const body = form === 'custom' ? { custom: { input } } : { function: { arguments: input } };
  return { delta: { tool_calls: [{ index, ...body }] } };
}

function toPart({ text, isSummary }: Draft, state: OpaqueState | undefined): ReasoningPart {
  return { kind: 'reasoning', text: Content.ofText(text), isSummary, ...(state ? { state } : {}) };
}

export function seal(state: OpaqueState): string {
  return sealState(state, 'openai');
}

/** Gemini's state of a call stands on the call, by Google's own convention. */
export function encodeCallState(state: OpaqueState | undefined): object {
  return state?.family === 'google' ? { extra_content: { google: { thought_signature: seal(state) } } } : {};
}

/** That of any other family stands among the details, under the call's id. */
export function encodeOtherCallState(state: OpaqueState | undefined, id: string): object {
  return state?.family === 'google' ? {} : encodeCallDetail(state, id);
}

/** OpenRouter's own place for all of them. */
export function encodeCallDetail(state: OpaqueState | undefined, id: string): object {
  return state ? { reasoning_details: [encodeSealed(state, seal, { id })] } : {};
}

export function encodeImage(data: Content, mediaType: string | undefined): object {
  return { type: 'image_url', image_url: { url: encodeDataUrl(data, mediaType ?? 'image/png') } };
}

export function encodeLogprobs(tokens: readonly TokenLogprob[]): object {
  const content = tokens.map(({ token, logprob, top }) => ({
    ...encodeToken({ token, logprob }),
    top_logprobs: top.map(encodeToken),
  }));
  return { content, refusal: null };
}

function encodeToken({ token, logprob }: { readonly token: Content; readonly logprob: number }) {
  return { token: token.revealText('translate'), bytes: [...token.reveal('translate')], logprob };
}
