// POST /model/{id}/converse and /model/{id}/converse-stream, as Bedrock's runtime takes them.
import { answerCall } from '../answer-call.ts';
import { type Asked, decodeName } from '../asked.ts';
import type { Dialect } from '../dialect.ts';
import type { Surface } from '../surface.ts';
import { writeAnswer } from './answer.ts';
import { isSignedFor } from './authorization.ts';
import { exceptionOf, refuse } from './errors.ts';
import { writeFrame } from './frames.ts';
import { jsonType, streamType, writeHeaders } from './heads.ts';
import { type ConverseAsk, type ConversePrompt, readRequest } from './request.ts';
import { blankEvent, exceptionEvent, writeMetadata, writeStream } from './stream.ts';

/** A model's own address; its name stands there percent-encoded, slashes and colons included. */
export function findConverseSurface(asked: Asked): Surface | undefined {
  const [, model, method] = /^\/model\/([^/]+)\/(converse|converse-stream)$/.exec(asked.path) ?? [];
  if (model === undefined) return undefined;
  const dialect = speakConverse({ model: decodeName(model), isStream: method === 'converse-stream' });
  return { dialect, hasKey: isSignedFor, answer: (call) => answerCall(dialect, call) };
}

/** The dialect of one call: the address says model and stream. */
function speakConverse(ask: ConverseAsk): Dialect<ConversePrompt> {
  return {
    protocol: 'bedrock-converse',
    jsonType,
    errorType: jsonType,
    typeOf: () => (ask.isStream ? streamType : jsonType),
    writeHeaders,
    readRequest: (bytes) => readRequest(bytes, ask),
    refuse,
    writeAnswer,
    writeStream,
    writeFrame,
    blankEvent: () => blankEvent,
    endAgain: writeMetadata,
    errorEvent: (_turn, trouble) => exceptionEvent(exceptionOf(trouble)),
  };
}
