import type { Content } from '#core/generation/content.ts';
import type { Citation } from '#core/generation/parts.ts';
import type { FinishReason, GenerationEvent } from '#core/generation/reply.ts';
import type { JsonObject } from '../json-value.ts';
import { callPart, foreignPart, groundingOf, mediaPart, statePart, textPart, thoughtPart } from './encode-candidate.ts';
import { fromFinish } from './finish-reason.ts';
import { encodeLogprobs } from './logprobs.ts';

export type Candidate = JsonObject;
type SpokenCandidate = Candidate & {
  readonly content: { readonly parts: readonly JsonObject[]; readonly role: 'model' };
};

type ChoiceEvent = Extract<GenerationEvent, { readonly choice: number }>;
type CallStart = Extract<GenerationEvent, { kind: 'tool-call-start' }>;
type OpenCall = { readonly start: CallStart; input: string; isEnded: boolean };

/** One candidate on its way to the caller. A call goes out whole, since this dialect has no half ones everywhere. */
export class ChoiceEncoder {
  readonly index: number;
  #open: 'text' | 'reasoning' | undefined;
  readonly #calls: OpenCall[] = [];
  /** The text so far, from which Google's callers count the places of sources. */
  #text = '';
  #partStart = 0;
  readonly #sources: Citation[] = [];
  #finish: FinishReason = 'other';
  /** The last thought waits for the next event: its proof goes out on it, for some SDKs throw an empty thought away. */
  #thought: Content | undefined;

  constructor(index: number) {
    this.index = index;
  }

  /** The candidate of the chunk that this event makes, if it makes any. */
  encode(event: ChoiceEvent): Candidate | undefined {
    const thought = this.#thought;
    if (event.kind === 'logprobs') return { index: this.index, logprobsResult: encodeLogprobs(event.tokens) };
    if (thought === undefined) return this.#encode(event);
    this.#thought = undefined;
    if (event.kind === 'state') return this.#candidate([thoughtPart(thought, event.state)]);
    const parts = partsOf(this.#encode(event));
    return this.#candidate([thoughtPart(thought), ...parts]);
  }

  /** What still waits, when nothing more comes. */
  flush(): SpokenCandidate | undefined {
    const thought = this.#thought;
    this.#thought = undefined;
    return thought && this.#candidate([thoughtPart(thought)]);
  }

  #encode(event: Exclude<ChoiceEvent, { kind: 'logprobs' }>): SpokenCandidate | undefined {
    switch (event.kind) {
      case 'text-delta':
      case 'refusal-delta':
      case 'reasoning-delta':
      case 'media':
      case 'foreign':
        return this.#encodePart(event);
      case 'state':
        return this.#candidate([statePart(event.state, this.#open)]);
      case 'citation':
        this.#note(event.citation);
        return undefined;
      case 'part-end':
        this.#open = undefined;
        return undefined;
      case 'tool-call-start':
      case 'tool-call-delta':
      case 'tool-call-end':
        return this.#encodeCall(event);
      case 'finish':
        this.#finish = event.reason;
        return this.#takeCalls(() => true);
    }
  }

  /** The last candidate: calls that nobody ended, the sources, and why it ended. */
  end(): Candidate {
    const toPlaced = (citation: Citation) => ({ citation, text: this.#text, partIndex: 0 });
    const left = [...partsOf(this.flush()), ...this.#takeParts(() => true)];
    return {
      content: { parts: left.length > 0 ? left : [{ text: '' }], role: 'model' },
      finishReason: fromFinish(this.#finish),
      index: this.index,
      ...(this.#sources.length > 0 ? { groundingMetadata: groundingOf(this.#sources.map(toPlaced)) } : {}),
    };
  }

  #encodePart(
    event: Extract<ChoiceEvent, { kind: `${'text' | 'refusal' | 'reasoning'}-delta` | 'media' | 'foreign' }>,
  ) {
    switch (event.kind) {
      case 'reasoning-delta':
        this.#open = 'reasoning';
        if (event.text.byteLength > 0) this.#thought = event.text;
        return undefined;
      case 'text-delta':
      case 'refusal-delta': {
        if (this.#open !== 'text') this.#partStart = this.#text.length;
        this.#open = 'text';
        this.#text += event.text.revealText('translate');
        return event.text.byteLength > 0 ? this.#candidate([textPart(event.text)]) : undefined;
      }
      case 'media':
        this.#open = undefined;
        return this.#candidate([mediaPart({ ...event, state: undefined }, event.data)]);
      case 'foreign': {
        this.#open = undefined;
        const part = foreignPart(event.family, event.item);
        return part && this.#candidate([part]);
      }
    }
  }

  /** Places count from the beginning of a part; a stream's caller sees one text. */
  #note(citation: Citation): void {
    const shift = this.#partStart;
    const start = citation.start === undefined ? undefined : citation.start + shift;
    const end = citation.end === undefined ? undefined : citation.end + shift;
    this.#sources.push({ ...citation, start, end });
  }

  #encodeCall(event: Extract<ChoiceEvent, { readonly call: number }>): SpokenCandidate | undefined {
    if (event.kind === 'tool-call-start') {
      this.#open = undefined;
      this.#calls.push({ start: event, input: '', isEnded: false });
      return undefined;
    }
    const call = this.#calls.find(({ start }) => start.call === event.call);
    if (!call) return undefined;
    if (event.kind === 'tool-call-delta') {
      call.input += event.input.revealText('translate');
      return undefined;
    }
    call.isEnded = true;
    return this.#takeCalls(({ isEnded }) => isEnded);
  }

  #takeCalls(isReady: (call: OpenCall) => boolean): SpokenCandidate | undefined {
    const parts = this.#takeParts(isReady);
    return parts.length > 0 ? this.#candidate(parts) : undefined;
  }

  /** In the order in which they began: the first of a set may carry the signature of all. */
  #takeParts(isReady: (call: OpenCall) => boolean): readonly JsonObject[] {
    const parts: JsonObject[] = [];
    for (let call = this.#calls[0]; call && isReady(call); call = this.#calls[0]) {
      this.#calls.shift();
      parts.push(callPart(call.start, call.input));
    }
    return parts;
  }

  #candidate(parts: readonly JsonObject[]): SpokenCandidate {
    return { content: { parts, role: 'model' }, index: this.index };
  }
}

function partsOf(candidate: SpokenCandidate | undefined): readonly JsonObject[] {
  return candidate?.content.parts ?? [];
}
