import type { FinishReason } from '#core/generation/reply.ts';
import type { Usage } from '#core/generation/usage.ts';
import { isObject, type JsonObject, numberOf } from '../json-value.ts';
import type { EventFacts } from '../protocol.ts';
import { codeOfError } from './error-code.ts';
import { itemsOf, memberOf } from './field-names.ts';
import { toFinish } from './finish-reason.ts';
import { outputBytesOf } from './measure-part.ts';
import { parseToMeasure } from './parse-chunk.ts';
import { decodeUsage } from './usage.ts';

const silent: EventFacts = {
  hasContent: false,
  outputBytes: 0,
  finish: undefined,
  usage: undefined,
  isUsageOnly: false,
  isTerminal: false,
  error: undefined,
};

/** Facts of the chunks of one stream. It remembers which candidates made calls, since their finish does not tell. */
export class EventReader {
  readonly #withCalls = new Set<number>();

  read(data: Uint8Array | null): EventFacts {
    const chunk = parseToMeasure(data);
    if (chunk === 'nothing') return silent;
    if (chunk === undefined) return { ...silent, isMalformed: true };
    return this.readChunk(chunk);
  }

  /** Of a chunk, or of a whole reply, which has the same shape. */
  readChunk(chunk: JsonObject): EventFacts {
    const error = memberOf(chunk, 'error');
    if (error !== undefined) return { ...silent, error: codeOfError(error) };
    const candidates = itemsOf(memberOf(chunk, 'candidates'));
    const usage = decodeUsage(memberOf(chunk, 'usageMetadata'), isLastChunk(candidates));
    if (candidates.length === 0) return this.#readEmpty(chunk, usage);
    let outputBytes = 0;
    let finish: FinishReason | undefined;
    candidates.forEach((candidate, at) => {
      const index = numberOf(memberOf(candidate, 'index')) ?? at;
      for (const part of itemsOf(memberOf(memberOf(candidate, 'content'), 'parts'))) {
        outputBytes += outputBytesOf(part);
        if (isObject(memberOf(part, 'functionCall'))) this.#withCalls.add(index);
      }
      finish ??= toFinish(memberOf(candidate, 'finishReason'), this.#withCalls.has(index));
    });
    return { ...silent, hasContent: outputBytes > 0, outputBytes, finish, usage };
  }

  /** A prompt that was blocked has no candidates; nor have chunks that bring usage alone. */
  #readEmpty(chunk: JsonObject, usage: Usage | undefined): EventFacts {
    if (isBlocked(chunk)) return { ...silent, finish: 'filtered', usage };
    return { ...silent, usage, isUsageOnly: usage !== undefined };
  }
}

/** Only here a count that is absent is a count of nothing. */
export function isLastChunk(candidates: readonly unknown[]): boolean {
  return candidates.length === 0 || candidates.some((one) => toFinish(memberOf(one, 'finishReason'), false));
}

export function isBlocked(chunk: JsonObject): boolean {
  const reason = memberOf(memberOf(chunk, 'promptFeedback'), 'blockReason');
  return typeof reason === 'string' && reason !== '' && reason !== 'BLOCK_REASON_UNSPECIFIED';
}
