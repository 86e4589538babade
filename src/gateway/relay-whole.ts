import type { EndReason } from '#core/generation/end-reason.ts';
import type { Finish } from '#core/protocol/protocol.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import type { Gateway } from './gateway.ts';
import type { Ending, Generation } from './generation.ts';
import { answerHeaders } from './reply-headers.ts';
import type { Answer } from './start-attempt.ts';

export type WholeAsk = {
  readonly generation: Generation;
  readonly endpoint: Endpoint;
  readonly splices: readonly string[];
  readonly answer: Extract<Answer, { kind: 'whole' }>;
};

/** A reply that is not streamed goes out in one piece, byte for byte as it came, once its end is written down. */
export function relayWhole({ generation, endpoint, splices, answer }: WholeAsk, gateway: Gateway): Ending {
  const { facts, body, status } = answer;
  return {
    endReason: endReasonOf(facts.finish),
    reached: facts.hasContent ? 'content' : 'upstream-head',
    fault: null,
    status,
    endpoint,
    splices,
    reported: facts.usage,
    outputBytes: facts.outputBytes,
    firstContentMs: Math.round(performance.now() - generation.call.startedAt),
    release() {
      const { reply } = generation.call;
      const headers = answerHeaders(generation, endpoint.id, gateway);
      headers.push('content-type', 'application/json', 'content-length', String(body.length));
      headers.push('cache-control', 'no-store');
      reply.head(status, headers);
      reply.end(body);
    },
  };
}

function endReasonOf(finish: Finish | undefined): EndReason {
  switch (finish) {
    case 'length':
      return 'length';
    case 'filtered':
      return 'filtered';
    case 'stop':
    case 'tool-calls':
    case 'other':
    case undefined:
      return 'completed';
  }
}
