// POST /v1/chat/completions.
import { answerCall, type Call } from '../answer-call.ts';
import type { Dialect } from '../dialect.ts';
import { writeAnswer } from './answer.ts';
import { refuse, writeErrorFields } from './errors.ts';
import { errorType, jsonType, streamType, writeHeaders } from './heads.ts';
import { readRequest } from './request.ts';
import { chunkEvent, doneEvent, writeBlankChunk, writeStream } from './stream.ts';

export const chatDialect: Dialect = {
  protocol: 'openai-chat',
  jsonType,
  errorType,
  typeOf: (prompt) => (prompt.stream ? streamType : jsonType),
  writeHeaders,
  readRequest,
  refuse,
  writeAnswer,
  writeStream,
  // As Azure begins its streams.
  blankEvent: (turn) => chunkEvent('delta', writeBlankChunk(turn)),
  endAgain: () => doneEvent,
  errorEvent: (_turn, trouble) => chunkEvent('delta', JSON.stringify({ error: writeErrorFields(trouble) })),
};

export function answerChat(call: Call): Promise<void> {
  return answerCall(chatDialect, call);
}
