import type { Protocol } from '../protocol.ts';
import { MessagesDecoder } from './decode-events.ts';
import { decodeReply } from './decode-reply.ts';
import { decodeRequest } from './decode-request.ts';
import { MessagesEncoder } from './encode-events.ts';
import { encodeFault, encodeStreamFault } from './encode-fault.ts';
import { encodeReply } from './encode-reply.ts';
import { encodeRequest } from './encode-request.ts';
import { MessagesStream } from './read-events.ts';
import { readErrorCode, readReply } from './read-reply.ts';
import { readRequest } from './read-request.ts';
import { spliceRequest } from './splices.ts';

/** Anthropic's Messages, as Anthropic and everybody compatible speak it. */
export const anthropicMessages: Protocol = {
  name: 'anthropic-messages',
  family: 'anthropic',
  readRequest,
  spliceRequest,
  openStream: ({ generation }) => new MessagesStream(generation),
  decodeRequest,
  encodeReply,
  openEncoder: (about) => new MessagesEncoder(about),
  encodeFault,
  encodeStreamFault,
  heartbeat: 'event: ping\ndata: {"type": "ping"}\n\n',
  endsByClosing: false,
  upstreamPath: () => '/messages',
  encodeRequest,
  readReply,
  decodeReply,
  openDecoder: (about) => new MessagesDecoder(about),
  readErrorCode,
};
