import { encodeReply, openEncoder } from '../openai-chat/encode-reply.ts';
import { openaiChat } from '../openai-chat/openai-chat.ts';
import type { Protocol } from '../protocol.ts';
import { encodeRouterFault, encodeRouterStreamFault, processingComment } from './encode-fault.ts';

/** Chat Completions as OpenRouter's callers speak it: the same dialect with errors and heartbeats of its own. */
export const routerChat: Protocol = {
  ...openaiChat,
  openStream(about) {
    const stream = openaiChat.openStream(about);
    return {
      read: (event) => stream.read(event),
      end: () => stream.end(),
      fault: (fault) => encodeRouterStreamFault(fault, about.generation),
      endAtLimit: (end) => stream.endAtLimit?.(end) ?? '',
    };
  },
  encodeReply: (reply, about) => encodeReply(reply, about, 'openrouter'),
  openEncoder(about) {
    // Usage always comes.
    const encoder = openEncoder({ ...about, wantsUsage: true }, 'openrouter');
    return {
      encode: (event) => encoder.encode(event),
      end: () => encoder.end(),
      fault: (fault) => encodeRouterStreamFault(fault, about.generation),
    };
  },
  encodeFault: encodeRouterFault,
  encodeStreamFault: encodeRouterStreamFault,
  heartbeat: processingComment,
};
