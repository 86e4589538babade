// OpenAI's embeddings, as everybody compatible serves them: https://platform.openai.com/docs/api-reference/embeddings.
import { spliceInputRequest } from '../native-surface/body-edits.ts';
import { nativeSurface } from '../native-surface/native-surface.ts';
import type { Protocol } from '../protocol.ts';
import { readReply } from './read-reply.ts';
import { readRequest } from './read-request.ts';

export const openaiEmbeddings: Protocol = nativeSurface({
  path: '/embeddings',
  readRequest,
  spliceRequest: spliceInputRequest,
  readReply,
});
