// Rerank as Cohere, Jina, OpenRouter and vLLM serve it: a query, documents, and how well each answers it.
// https://docs.cohere.com/reference/rerank, https://api.jina.ai/redoc#tag/rerank
import { spliceInputRequest } from '../native-surface/body-edits.ts';
import { nativeSurface } from '../native-surface/native-surface.ts';
import type { Protocol } from '../protocol.ts';
import { readReply } from './read-reply.ts';
import { readRequest } from './read-request.ts';

export const rerank: Protocol = nativeSurface({
  path: '/rerank',
  readRequest,
  spliceRequest: spliceInputRequest,
  readReply,
});
