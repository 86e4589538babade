// OpenAI's embeddings, as everybody compatible serves them: https://platform.openai.com/docs/api-reference/embeddings.
import { embeddingsTranslation } from '../embeddings/translation.ts';
import type { Protocol } from '../protocol.ts';
import { openaiDialect, plainEmbeddings } from './dialect.ts';

export const openaiEmbeddings: Protocol = { ...plainEmbeddings, translation: embeddingsTranslation(openaiDialect) };
