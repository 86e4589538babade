// POST /v1/completions.
import { answerCall, type Call } from '../answer-call.ts';
import type { Dialect } from '../dialect.ts';
import { refuse, writeErrorFields } from '../openai-chat/errors.ts';
import { errorType, jsonType, streamType, writeHeaders } from '../openai-chat/heads.ts';
import { chunkEvent, doneEvent } from '../openai-chat/stream.ts';
import { type CompletionsPrompt, readRequest, splitPrompts } from './request.ts';
import { writeAnswer, writeBlankChunk, writeStream } from './write.ts';

export const completionsDialect: Dialect<CompletionsPrompt> = {
  protocol: 'openai-completions',
  jsonType,
  errorType,
  typeOf: (prompt) => (prompt.stream ? streamType : jsonType),
  writeHeaders,
  readRequest,
  split: splitPrompts,
  refuse,
  writeAnswer,
  writeStream,
  blankEvent: (turn) => chunkEvent('delta', writeBlankChunk(turn)),
  endAgain: () => doneEvent,
  errorEvent: (_turn, trouble) => chunkEvent('delta', JSON.stringify({ error: writeErrorFields(trouble) })),
};

export function answerCompletions(call: Call): Promise<void> {
  return answerCall(completionsDialect, call);
}
