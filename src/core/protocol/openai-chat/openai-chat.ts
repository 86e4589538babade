import type { Protocol } from '../protocol.ts';
import { encodeFault, encodeStreamFault } from './encode-fault.ts';
import { readErrorCode, readEvent, readReply } from './read-reply.ts';
import { readRequest } from './read-request.ts';
import { spliceRequest } from './splices.ts';

/** OpenAI's Chat Completions, as OpenAI and everybody compatible speak it. */
export const openaiChat: Protocol = {
  name: 'openai-chat',
  readRequest,
  upstreamPath: () => '/chat/completions',
  spliceRequest,
  readReply,
  readEvent,
  encodeFault,
  encodeStreamFault,
  heartbeat: ': keepalive\n\n',
  readErrorCode,
};
