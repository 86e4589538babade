// Surfaces that only upstreams of OpenAI's kind have: embeddings, completions, moderations, rerank. Their requests and
// replies are spliced, and never translated.
import { Fault } from '#core/generation/fault.ts';
import { encodeFault, encodeStreamFault } from '../openai-chat/encode-fault.ts';
import { readErrorCode } from '../openai-chat/read-reply.ts';
import type { Protocol } from '../protocol.ts';

/** What such a surface says for itself. Without `openStream` its replies are whole. */
export type NativeSurface = Pick<Protocol, 'readRequest' | 'spliceRequest' | 'readReply'> & {
  readonly path: string;
  readonly openStream?: Protocol['openStream'];
};

/** Its name is that of the dialect which an upstream must speak to be asked. */
export function nativeSurface({ path, openStream, ...own }: NativeSurface): Protocol {
  return {
    ...own,
    name: 'openai-chat',
    family: 'openai',
    upstreamPath: () => path,
    openStream: openStream ?? notCarried,
    encodeFault,
    encodeStreamFault,
    readErrorCode,
    heartbeat: ': keepalive\n\n',
    endsByClosing: false,
    // `nativeOnly` in the facts of each request keeps a translation from being planned; whoever asks for one all the
    // same gets a refusal, and not the words of a chat.
    decodeRequest: notCarried,
    encodeReply: notCarried,
    openEncoder: notCarried,
    encodeRequest: notCarried,
    decodeReply: notCarried,
    openDecoder: notCarried,
  };
}

function notCarried(): never {
  throw new Fault('field-not-carried', { field: 'surface' });
}
