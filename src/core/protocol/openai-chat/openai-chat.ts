import type { LimitEnd, Protocol, ProtocolStream } from '../protocol.ts';
import { decodeReply, openDecoder } from './decode-reply.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeFault, encodeStreamFault } from './encode-fault.ts';
import { encodeReply, openEncoder } from './encode-reply.ts';
import { encodeRequest } from './encode-request.ts';
import { ChunkHead } from './limit-end.ts';
import { readErrorCode, readEvent, readReply } from './read-reply.ts';
import { readRequest } from './read-request.ts';
import { spliceRequest } from './splices.ts';

/** OpenAI's Chat Completions, as OpenAI and everybody compatible speak it. */
export const openaiChat: Protocol = {
  name: 'openai-chat',
  family: 'openai',
  readRequest,
  spliceRequest,
  openStream: () => new ChatStream(),
  decodeRequest,
  encodeReply: (reply, about) => encodeReply(reply, about, 'openai'),
  openEncoder: (about) => openEncoder(about, 'openai'),
  encodeFault,
  encodeStreamFault,
  heartbeat: ': keepalive\n\n',
  endsByClosing: false,
  upstreamPath: () => '/chat/completions',
  encodeRequest,
  readReply,
  decodeReply,
  openDecoder,
  readErrorCode,
};

class ChatStream implements ProtocolStream {
  readonly #head = new ChunkHead('chat.completion.chunk');
  #isTerminated = false;

  read(event: Parameters<ProtocolStream['read']>[0]) {
    this.#head.remember(event.data);
    const facts = readEvent(event);
    if (facts.isTerminal) this.#isTerminated = true;
    return facts;
  }

  end(): string {
    return this.#isTerminated ? '' : 'data: [DONE]\n\n';
  }

  fault(fault: Parameters<ProtocolStream['fault']>[0]): string {
    return encodeStreamFault(fault);
  }

  endAtLimit(end: LimitEnd): string {
    return this.#head.endAtLimit(end);
  }
}
