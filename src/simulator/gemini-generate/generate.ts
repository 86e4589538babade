// POST /v1beta/models/{model}:generateContent, :streamGenerateContent and :countTokens, and the same under /v1.
import { answerCall, type Call } from '../answer-call.ts';
import { answerCount } from '../answer-count.ts';
import { type Asked, decodeName } from '../asked.ts';
import type { Dialect } from '../dialect.ts';
import { sumTokens } from '../prompt.ts';
import type { Surface } from '../surface.ts';
import { writeAnswer } from './answer.ts';
import { refuse, writeErrorData } from './errors.ts';
import { eventType, jsonType, writeHeaders } from './heads.ts';
import { type GenerateAsk, type GeneratePrompt, readCount, readRequest } from './request.ts';
import { arrayFraming, eventFraming, writeBlank, writeFinish, writeStream } from './stream.ts';

/** A method of a model, when the path names one. */
export function findGenerateSurface(asked: Asked): Surface | undefined {
  const found = /^\/(v1|v1beta)\/models\/(.+):([a-zA-Z]+)$/.exec(asked.path);
  const [, version = '', model = '', method = ''] = found ?? [];
  if (method !== 'generateContent' && method !== 'streamGenerateContent' && method !== 'countTokens') return undefined;
  const isStream = method === 'streamGenerateContent';
  const isArray = isStream && asked.query.get('alt') !== 'sse';
  const dialect = speakGenerate({ version, method, model: decodeName(model), isStream, isArray });
  const answer = (call: Call) => (method === 'countTokens' ? countGenerate(dialect, call) : answerCall(dialect, call));
  return { dialect, hasKey: hasGoogleKey, answer };
}

export function hasGoogleKey({ headers, query }: Asked): boolean {
  return (headers['x-goog-api-key'] ?? query.get('key') ?? '') !== '';
}

/** The dialect of one call: the address says what other dialects read from the body. */
function speakGenerate(ask: GenerateAsk): Dialect<GeneratePrompt> {
  const framing = ask.isArray ? arrayFraming : eventFraming;
  return {
    protocol: 'gemini-generate',
    jsonType,
    errorType: jsonType,
    typeOf: () => (ask.isStream && !ask.isArray ? eventType : jsonType),
    writeHeaders,
    readRequest: (bytes) => (ask.method === 'countTokens' ? readCount(bytes, ask) : readRequest(bytes, ask)),
    refuse: (trouble) => refuse(trouble, ask),
    writeAnswer,
    writeStream: (turn) => writeStream(turn, framing),
    blankEvent: (turn) => framing.frame({ kind: 'delta', data: writeBlank(turn), tokens: 0 }, false),
    endAgain: (turn) => framing.closing ?? framing.frame({ kind: 'done', data: writeFinish(turn), tokens: 0 }, false),
    errorEvent: (_turn, trouble, isFirst) =>
      framing.frame({ kind: 'delta', data: writeErrorData(trouble, ask), tokens: 0 }, isFirst),
  };
}

function countGenerate(dialect: Dialect<GeneratePrompt>, call: Call): Promise<void> {
  return answerCount(dialect, call, ({ messages }) => {
    const totalTokens = sumTokens(messages);
    const promptTokensDetails = [{ modality: 'TEXT', tokenCount: totalTokens }];
    return `${JSON.stringify({ totalTokens, promptTokensDetails }, null, 2)}\n`;
  });
}
