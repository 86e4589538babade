import type { LimitEnd, Protocol, ProtocolStream } from '../protocol.ts';
import { openDecoder } from './decode-events.ts';
import { decodeReply } from './decode-reply.ts';
import { decodeRequest } from './decode-request.ts';
import { openEncoder } from './encode-events.ts';
import { encodeFault, encodeStreamFault } from './encode-fault.ts';
import { encodeReply } from './encode-reply.ts';
import { encodeRequest } from './encode-request.ts';
import { EventReader } from './read-event.ts';
import { readErrorCode, readReply } from './read-reply.ts';
import { readRequest } from './read-request.ts';
import { spliceRequest } from './splices.ts';
import { encodeUsage } from './usage.ts';

/** Google's generateContent and streamGenerateContent, as the Gemini API speaks them. */
export const geminiGenerate: Protocol = {
  name: 'gemini-generate',
  family: 'google',
  readRequest,
  spliceRequest,
  openStream: () => new GeminiStream(),
  decodeRequest,
  encodeReply,
  openEncoder,
  encodeFault,
  encodeStreamFault,
  heartbeat: ': keepalive\n\n',
  endsByClosing: true,
  upstreamPath,
  encodeRequest,
  readReply,
  decodeReply,
  openDecoder,
  readErrorCode,
};

function upstreamPath(model: string, stream: boolean): string {
  const name = model.toWellFormed().split('/').map(encodeURIComponent).join('/');
  return stream ? `/models/${name}:streamGenerateContent?alt=sse` : `/models/${name}:generateContent`;
}

/** This dialect has no terminal event: a stream that told its finish ends where the upstream ends it. */
class GeminiStream implements ProtocolStream {
  readonly #reader = new EventReader();

  read(event: Parameters<ProtocolStream['read']>[0]) {
    return this.#reader.read(event.data);
  }

  end(): string {
    return '';
  }

  fault(fault: Parameters<ProtocolStream['fault']>[0]): string {
    return encodeStreamFault(fault);
  }

  endAtLimit({ usage, choices }: LimitEnd): string {
    const candidates = Array.from({ length: choices }, (_, index) => {
      return { content: { role: 'model', parts: [] }, finishReason: 'MAX_TOKENS', index };
    });
    return `data: ${JSON.stringify({ candidates, usageMetadata: encodeUsage(usage) })}\n\n`;
  }
}
