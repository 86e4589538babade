import { Buffer } from 'node:buffer';
import type { ProtocolName } from '#core/routing/endpoint.ts';
import { geminiBatchDialect } from '../gemini-embeddings/dialect.ts';
import { openaiDialect } from '../openai-embeddings/dialect.ts';
import type { SurfaceTranslation } from '../protocol.ts';
import type { EmbeddingsDialect } from './dialect.ts';

/** How an upstream of each dialect is asked for embeddings: a folder and a row. */
const upstreams: Readonly<Partial<Record<ProtocolName, EmbeddingsDialect>>> = {
  'openai-chat': openaiDialect,
  'gemini-generate': geminiBatchDialect,
};

/** From a caller's dialect into all others that have embeddings. */
export function embeddingsTranslation(caller: EmbeddingsDialect): SurfaceTranslation {
  return {
    into: Object.values(upstreams).flatMap(({ upstream }) =>
      upstream.name === caller.upstream.name ? [] : upstream.name,
    ),
    open({ body, address, facts }, into, ask) {
      const other = upstreams[into];
      if (!other) return undefined;
      const asked = caller.decodeAsk(body, address);
      const encoded = other.encodeAsk(asked, ask);
      return {
        protocol: other.upstream,
        body: encoded.body,
        dropped: [...asked.dropped, ...encoded.dropped],
        whole(reply) {
          const answer = other.decodeReply(reply);
          // Fewer vectors than texts would be taken for those of other texts.
          if (answer?.vectors.length !== asked.texts.length) return undefined;
          return Buffer.from(caller.encodeReply(answer, { body, model: facts.model }));
        },
      };
    },
  };
}
