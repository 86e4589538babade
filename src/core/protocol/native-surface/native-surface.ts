// Surfaces that are no chat: embeddings, completions, moderations, rerank, pictures, audio. Their requests and replies
// are spliced; only embeddings have a counterpart elsewhere, and a small form of their own for the way there.
import { Fault } from '#core/generation/fault.ts';
import { encodeFault, encodeStreamFault } from '../openai-chat/encode-fault.ts';
import { readErrorCode } from '../openai-chat/read-reply.ts';
import type { Protocol } from '../protocol.ts';

/** What such a surface says for itself. Without `openStream` its replies are whole. */
export type NativeSurface = Pick<Protocol, 'readRequest' | 'spliceRequest' | 'readReply'> & {
  readonly path: string | ((model: string) => string);
  readonly openStream?: Protocol['openStream'];
  /** OpenAI's when left out. */
  readonly home?: Home;
};

/** The dialect that a surface belongs to: what an upstream must speak to be asked, and how things are told there. */
export type Home = Pick<
  Protocol,
  'name' | 'family' | 'encodeFault' | 'encodeStreamFault' | 'readErrorCode' | 'heartbeat'
>;

const openai: Home = {
  name: 'openai-chat',
  family: 'openai',
  encodeFault,
  encodeStreamFault,
  readErrorCode,
  heartbeat: ': keepalive\n\n',
};

export function nativeSurface({ path, openStream, home, ...own }: NativeSurface): Protocol {
  return {
    ...(home ?? openai),
    ...own,
    upstreamPath: typeof path === 'string' ? () => path : path,
    openStream: openStream ?? notCarried,
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
