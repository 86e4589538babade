// OpenAI's pictures, made and changed: https://platform.openai.com/docs/api-reference/images.
import { spliceFieldsRequest } from '../native-surface/body-edits.ts';
import { nativeSurface } from '../native-surface/native-surface.ts';
import { encodeStreamFault } from '../openai-chat/encode-fault.ts';
import type { Protocol } from '../protocol.ts';
import { ImageStream } from './image-stream.ts';
import { readReply } from './read-reply.ts';
import { readEdit, readGeneration } from './read-request.ts';

function images(path: string, readRequest: Protocol['readRequest']): Protocol {
  return nativeSurface({
    path,
    readRequest,
    spliceRequest: spliceFieldsRequest,
    readReply,
    openStream: ({ choices }) => new ImageStream(choices, encodeStreamFault),
  });
}

export const imageGenerations: Protocol = {
  ...images('/images/generations', readGeneration),
  // OpenRouter's own address.
  upstreamPath: (_model, _stream, provider) => (provider === 'openrouter' ? '/images' : '/images/generations'),
};
export const imageEdits = images('/images/edits', readEdit);
