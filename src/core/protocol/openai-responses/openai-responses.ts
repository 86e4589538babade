import type { Protocol } from '../protocol.ts';
import { openDecoder } from './decode-events.ts';
import { decodeReply } from './decode-reply.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeFault, encodeStreamFault } from './encode-fault.ts';
import { encodeReply, openEncoder } from './encode-reply.ts';
import { encodeRequest } from './encode-request.ts';
import { readErrorCode, readReply } from './read-reply.ts';
import { readRequest } from './read-request.ts';
import { ResponsesStream } from './responses-stream.ts';
import { spliceRequest } from './splices.ts';

/** OpenAI's Responses, the one dialect of Codex. */
export const openaiResponses: Protocol = {
  name: 'openai-responses',
  family: 'openai',
  readRequest,
  spliceRequest,
  openStream: (about) => new ResponsesStream(about),
  decodeRequest,
  encodeReply,
  openEncoder,
  encodeFault,
  encodeStreamFault,
  heartbeat: ': keepalive\n\n',
  endsByClosing: false,
  upstreamPath: () => '/responses',
  encodeRequest,
  readReply,
  decodeReply,
  openDecoder,
  readErrorCode,
};
