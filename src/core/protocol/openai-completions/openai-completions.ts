// OpenAI's older completions, streamed or not: https://platform.openai.com/docs/api-reference/completions.
import type { Fault } from '#core/generation/fault.ts';
import { nativeSurface } from '../native-surface/native-surface.ts';
import { encodeStreamFault } from '../openai-chat/encode-fault.ts';
import { ChunkHead } from '../openai-chat/limit-end.ts';
import type { EventFacts, LimitEnd, Protocol, ProtocolStream } from '../protocol.ts';
import type { SseEvent } from '../sse.ts';
import { readEvent } from './read-event.ts';
import { readReply } from './read-reply.ts';
import { readRequest } from './read-request.ts';
import { spliceRequest } from './splices.ts';

/** What OpenAI gives to who names no limit. */
const limitDefault = 16;

export const openaiCompletions: Protocol = nativeSurface({
  path: '/completions',
  readRequest: (body) => readRequest(body, limitDefault),
  spliceRequest,
  readReply,
  openStream: () => new TextStream(),
});

class TextStream implements ProtocolStream {
  readonly #head = new ChunkHead('text_completion');
  #isTerminated = false;

  read(event: SseEvent): EventFacts {
    this.#head.remember(event.data);
    const facts = readEvent(event);
    if (facts.isTerminal) this.#isTerminated = true;
    return facts;
  }

  end(): string {
    return this.#isTerminated ? '' : 'data: [DONE]\n\n';
  }

  fault(fault: Fault): string {
    return encodeStreamFault(fault);
  }

  endAtLimit(end: LimitEnd): string {
    return this.#head.endAtLimit(end);
  }
}
