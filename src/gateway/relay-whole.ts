import type { EndReason } from '#core/generation/end-reason.ts';
import type { FinishReason } from '#core/generation/reply.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import type { Gateway } from './gateway.ts';
import type { Ending, Generation } from './generation.ts';
import type { Passage } from './passage.ts';
import { answerHeaders } from './reply-headers.ts';
import type { Answer } from './start-attempt.ts';

export type WholeAsk = {
  readonly generation: Generation;
  readonly endpoint: Endpoint;
  readonly passage: Passage;
  readonly answer: Extract<Answer, { kind: 'whole' }>;
};

/** A reply that is not streamed goes out in one piece, as it came or translated, once its end is written down. */
export function relayWhole({ generation, endpoint, passage, answer }: WholeAsk, gateway: Gateway): Ending {
  const { facts, status, body } = answer;
  return {
    endReason: endReasonOf(facts.finish),
    reached: facts.hasContent ? 'content' : 'upstream-head',
    fault: null,
    status,
    endpoint,
    passage,
    reported: facts.usage,
    outputBytes: facts.outputBytes,
    firstContentMs: Math.round(performance.now() - generation.call.startedAt),
    objectId: facts.objectId,
    release() {
      const { reply } = generation.call;
      const headers = answerHeaders(generation, { endpoint, passage }, gateway);
      headers.push('content-type', 'application/json', 'content-length', String(body.length));
      headers.push('cache-control', 'no-store');
      reply.head(status, headers);
      reply.end(body);
    },
  };
}

function endReasonOf(finish: FinishReason | undefined): EndReason {
  switch (finish) {
    case 'length':
      return 'length';
    case 'filtered':
      return 'filtered';
    case 'stop':
    case 'stop-sequence':
    case 'tool-calls':
    case 'paused':
    case 'other':
    case undefined:
      return 'completed';
  }
}
