import { openaiResponses } from '../openai-responses/openai-responses.ts';
import type { Protocol } from '../protocol.ts';
import { encodeRouterFault, processingComment } from './encode-fault.ts';

/** Responses as OpenRouter's callers speak them: the same dialect with its errors and heartbeats. */
export const routerResponses: Protocol = {
  ...openaiResponses,
  encodeFault: encodeRouterFault,
  heartbeat: processingComment,
};
