import { Fault } from '#core/generation/fault.ts';
import type { Protocol } from '#core/protocol/protocol.ts';
import { askOf, newerModelOf } from '../ask.ts';
import { features } from '../features.ts';
import type { Exchange } from './exchange.ts';

/**
 * Requests that ask one thing each, as our own encoders write them: what no recording asks is checked all the same, in
 * every clone. The encoder is on trial too: the schemas and the other dialects judge what it wrote.
 */
export function readFeatures(protocol: Protocol): Exchange[] {
  const model = newerModelOf(protocol.name);
  return features.flatMap(({ name, request }) => {
    try {
      const { body } = protocol.encodeRequest(request, askOf(protocol.name, { model }));
      return {
        id: `feature: ${name}`,
        source: 'fixtures',
        dialect: protocol.name,
        request: body,
        url: protocol.upstreamPath(model, request.stream),
        status: 200,
        isStream: false,
        reply: undefined,
      } satisfies Exchange;
    } catch (error) {
      if (error instanceof Fault) return [];
      throw error;
    }
  });
}
