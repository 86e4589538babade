// Google's embeddings, one content or many: https://ai.google.dev/api/embeddings.
import { embeddingsTranslation } from '../embeddings/translation.ts';
import type { Protocol } from '../protocol.ts';
import { geminiBatchDialect, geminiSingleDialect, plainBatch, plainSingle } from './dialect.ts';

export const geminiEmbedContent: Protocol = { ...plainSingle, translation: embeddingsTranslation(geminiSingleDialect) };

export const geminiBatchEmbedContents: Protocol = {
  ...plainBatch,
  translation: embeddingsTranslation(geminiBatchDialect),
};
