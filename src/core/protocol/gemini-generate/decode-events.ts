import { Content } from '#core/generation/content.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import { type JsonObject, numberOf, textOf } from '../json-value.ts';
import type { DecodeAbout, EventDecoder } from '../protocol.ts';
import type { SseEvent } from '../sse.ts';
import { CandidateDecoder } from './decode-candidate.ts';
import { codeOfError } from './error-code.ts';
import { itemsOf, memberOf } from './field-names.ts';
import { parseChunk } from './parse-chunk.ts';
import { isBlocked, isLastChunk } from './read-event.ts';
import { ReplyCalls } from './reply-parts.ts';
import { decodeUsage } from './usage.ts';

export function openDecoder(about: DecodeAbout): EventDecoder {
  return new GeminiDecoder(about);
}

/** Candidates that a stream may open; Google gives eight at most. */
const candidatesMax = 128;

class GeminiDecoder implements EventDecoder {
  readonly #calls: ReplyCalls;
  readonly #candidates = new Map<number, CandidateDecoder>();
  #isStarted = false;

  constructor(about: DecodeAbout) {
    this.#calls = new ReplyCalls(about);
  }

  decode(event: SseEvent): readonly GenerationEvent[] {
    const chunk = parseChunk(event.data);
    if (chunk === 'nothing') return [];
    if (chunk === undefined) return [{ kind: 'error', code: 'unknown' }];
    const error = memberOf(chunk, 'error');
    if (error !== undefined) return [{ kind: 'error', code: codeOfError(error) }];
    return this.#decodeChunk(chunk);
  }

  #decodeChunk(chunk: JsonObject): readonly GenerationEvent[] {
    const events: GenerationEvent[] = [];
    if (!this.#isStarted) {
      this.#isStarted = true;
      const model = textOf(memberOf(chunk, 'modelVersion'));
      events.push({ kind: 'start', model: model ? Content.ofText(model) : undefined });
    }
    const candidates = itemsOf(memberOf(chunk, 'candidates'));
    candidates.forEach((candidate, at) => {
      const index = numberOf(memberOf(candidate, 'index')) ?? at;
      this.#candidateOf(index)?.decode(candidate, events);
    });
    if (candidates.length === 0 && isBlocked(chunk)) this.#candidateOf(0)?.finish('filtered', events);
    const usage = decodeUsage(memberOf(chunk, 'usageMetadata'), isLastChunk(candidates));
    if (usage) events.push({ kind: 'usage', usage });
    return events;
  }

  #candidateOf(index: number): CandidateDecoder | undefined {
    let candidate = this.#candidates.get(index);
    if (!candidate && Number.isInteger(index) && index >= 0 && this.#candidates.size < candidatesMax) {
      candidate = new CandidateDecoder(index, this.#calls);
      this.#candidates.set(index, candidate);
    }
    return candidate;
  }
}
