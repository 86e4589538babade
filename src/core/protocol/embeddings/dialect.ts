import type { EncodedRequest, RequestAddress, UpstreamAsk, UpstreamProtocol } from '../protocol.ts';
import type { EmbeddingAsk, EmbeddingReply } from './neutral.ts';

/** Embeddings in one dialect, on both sides of a translation. */
export type EmbeddingsDialect = {
  /** What is spoken with an upstream. */
  readonly upstream: UpstreamProtocol;
  /** Only for bodies that the surface's `readRequest` has judged; throws a Fault for what no form can hold. */
  decodeAsk(body: Uint8Array, address: RequestAddress): EmbeddingAsk;
  encodeAsk(ask: EmbeddingAsk, upstream: UpstreamAsk): Pick<EncodedRequest, 'body' | 'dropped'>;
  /** Only for bodies in which `readReply` has found an answer; undefined when it is none after all. */
  decodeReply(body: Uint8Array): EmbeddingReply | undefined;
  /** The caller's own body says in which form it takes vectors. */
  encodeReply(reply: EmbeddingReply, asked: EmbeddingsAsked): string;
};

export type EmbeddingsAsked = { readonly body: Uint8Array; readonly model: string };
