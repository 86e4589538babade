// POST /v1/messages and /v1/messages/count_tokens.
import { answerCall, type Call } from '../answer-call.ts';
import { answerCount } from '../answer-count.ts';
import { type Asked, hasBearer } from '../asked.ts';
import type { Dialect } from '../dialect.ts';
import { sumTokens } from '../prompt.ts';
import type { Refusal } from '../trouble.ts';
import { writeAnswer } from './answer.ts';
import { invalidRequest, refuse, writeErrorEvent } from './errors.ts';
import { jsonType, streamType, writeHeaders } from './heads.ts';
import { type MessagesPrompt, readRequest } from './request.ts';
import { namedEvent, pingEvent, stopEvent, writeStream } from './stream.ts';

export const messagesDialect: Dialect<MessagesPrompt> = {
  protocol: 'anthropic-messages',
  jsonType,
  errorType: jsonType,
  typeOf: (prompt) => (prompt.stream ? streamType : jsonType),
  writeHeaders,
  readRequest: (bytes) => readRequest(bytes, { isCount: false }),
  refuse,
  writeAnswer,
  writeStream,
  blankEvent: () => pingEvent,
  endAgain: () => stopEvent,
  errorEvent: (_turn, trouble) => namedEvent('delta', 'error', writeErrorEvent(trouble)),
};

export function answerMessages(call: Call, asked: Asked): Promise<void> {
  const refusal = refuseVersion(asked);
  return answerCall(refusal === undefined ? messagesDialect : { ...messagesDialect, readRequest: () => refusal }, call);
}

export function countMessages(call: Call, asked: Asked): Promise<void> {
  const read = (bytes: Buffer) => refuseVersion(asked) ?? readRequest(bytes, { isCount: true });
  const write = (prompt: MessagesPrompt) => JSON.stringify({ input_tokens: sumTokens(prompt.messages) });
  return answerCount({ ...messagesDialect, readRequest: read }, call, write);
}

export function hasAnthropicKey(asked: Asked): boolean {
  const key = asked.headers['x-api-key'];
  return (typeof key === 'string' && key.trim() !== '') || hasBearer(asked);
}

function refuseVersion({ headers }: Asked): Refusal | undefined {
  const version = headers['anthropic-version'];
  if (version === undefined) return invalidRequest('anthropic-version: header is required');
  // Any date: the official client of late 2026 sends a newer one than all recordings show.
  if (/^\d{4}-\d{2}-\d{2}$/.test(String(version))) return undefined;
  return invalidRequest(`anthropic-version: ${JSON.stringify(version)} is not a valid version`);
}
