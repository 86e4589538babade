import { answerMessages, countMessages, hasAnthropicKey, messagesDialect } from './anthropic-messages/messages.ts';
import { type Asked, hasBearer } from './asked.ts';
import { findConverseSurface } from './bedrock-converse/converse.ts';
import { findEmbedSurface } from './gemini-embeddings/embeddings.ts';
import { findGenerateSurface } from './gemini-generate/generate.ts';
import { answerSpeech } from './openai-audio/speech.ts';
import { answerTranscriptions, answerTranslations } from './openai-audio/transcripts.ts';
import { answerChat, chatDialect } from './openai-chat/chat.ts';
import { answerCompletions, completionsDialect } from './openai-completions/completions.ts';
import { answerEmbeddings, embeddingsDialect } from './openai-embeddings/embeddings.ts';
import { answerFiles, isFilesPath } from './openai-files/files.ts';
import { answerEdits, answerGenerations } from './openai-images/images.ts';
import { answerModerations, moderationsDialect } from './openai-moderations/moderations.ts';
import { answerResponses, responsesRefusals } from './openai-responses/responses.ts';
import { answerStored, isStoredPath } from './openai-responses/stored.ts';
import { answerRerank, rerankDialect } from './rerank/rerank.ts';
import type { Surface } from './surface.ts';

/** All of OpenAI's kind refuse alike. */
const openaiRefusals = moderationsDialect;

const messages = { dialect: messagesDialect, hasKey: hasAnthropicKey };

const byPath = new Map<string, Surface>([
  ['/v1/chat/completions', { dialect: chatDialect, hasKey: hasBearer, answer: answerChat }],
  ['/v1/responses', { dialect: responsesRefusals, hasKey: hasBearer, answer: answerResponses }],
  ['/v1/completions', { dialect: completionsDialect, hasKey: hasBearer, answer: answerCompletions }],
  ['/v1/embeddings', { dialect: embeddingsDialect, hasKey: hasBearer, answer: answerEmbeddings }],
  ['/v1/moderations', { dialect: moderationsDialect, hasKey: hasBearer, answer: answerModerations }],
  ['/v1/rerank', { dialect: rerankDialect, hasKey: hasBearer, answer: answerRerank }],
  ['/v1/audio/speech', { dialect: openaiRefusals, hasKey: hasBearer, answer: answerSpeech }],
  ['/v1/audio/transcriptions', { dialect: openaiRefusals, hasKey: hasBearer, answer: answerTranscriptions }],
  ['/v1/audio/translations', { dialect: openaiRefusals, hasKey: hasBearer, answer: answerTranslations }],
  ['/v1/images/generations', { dialect: openaiRefusals, hasKey: hasBearer, answer: answerGenerations }],
  ['/v1/images', { dialect: openaiRefusals, hasKey: hasBearer, answer: answerGenerations }],
  ['/v1/images/edits', { dialect: openaiRefusals, hasKey: hasBearer, answer: answerEdits }],
  ['/v1/messages', { ...messages, answer: answerMessages }],
  ['/v1/messages/count_tokens', { ...messages, answer: countMessages }],
]);

const stored: Surface = {
  dialect: responsesRefusals,
  methods: ['GET', 'POST', 'DELETE'],
  hasKey: hasBearer,
  answer: answerStored,
};

const filesAndBatches: Surface = {
  dialect: openaiRefusals,
  methods: ['GET', 'POST', 'DELETE'],
  hasKey: hasBearer,
  answer: answerFiles,
};

export function findSurface(asked: Asked): Surface | undefined {
  const { path } = asked;
  if (isFilesPath(path)) return filesAndBatches;
  if (isStoredPath(path)) return stored;
  return byPath.get(path) ?? findConverseSurface(asked) ?? findEmbedSurface(asked) ?? findGenerateSurface(asked);
}
