// POST /v1beta/models/{model}:embedContent and :batchEmbedContents, and the same under /v1.
import { answerCall, type Call } from '../answer-call.ts';
import { type Asked, decodeName } from '../asked.ts';
import type { Dialect } from '../dialect.ts';
import { invalidArgument, type Place, refuse, unknownField, writeErrorData } from '../gemini-generate/errors.ts';
import { fieldNames, findUnknown, readField, readList } from '../gemini-generate/fields.ts';
import { hasGoogleKey } from '../gemini-generate/generate.ts';
import { jsonType, writeHeaders } from '../gemini-generate/heads.ts';
import { isRecord, type JsonRecord } from '../json-value.ts';
import { chunkEvent, doneEvent } from '../openai-chat/stream.ts';
import { toVector } from '../openai-embeddings/vector.ts';
import { parseJson } from '../parse-json.ts';
import type { Prompt } from '../prompt.ts';
import type { Surface } from '../surface.ts';
import type { Refusal } from '../trouble.ts';
import type { Turn } from '../turn.ts';
import { wordlessPrompt } from '../whole-dialect.ts';
import { countWords } from '../words.ts';

type EmbedPrompt = Prompt & { readonly dimensions: readonly number[]; readonly isBatch: boolean };

const dimensionsDefault = 16;
const dimensionsMax = 4096;
const requestsMax = 100;

export function findEmbedSurface(asked: Asked): Surface | undefined {
  const found = /^\/(v1|v1beta)\/models\/(.+):(embedContent|batchEmbedContents)$/.exec(asked.path);
  const [, version = '', name = '', method = ''] = found ?? [];
  if (!found) return undefined;
  const dialect = speakEmbeddings({ version, method, isArray: false }, decodeName(name));
  return { dialect, hasKey: hasGoogleKey, answer: (call: Call) => answerCall(dialect, call) };
}

function speakEmbeddings(place: Place, model: string): Dialect<EmbedPrompt> {
  return {
    protocol: 'gemini-embeddings',
    jsonType,
    errorType: jsonType,
    typeOf: () => jsonType,
    writeHeaders,
    readRequest: (bytes) => readRequest(bytes, model, place),
    refuse: (trouble) => refuse(trouble, place),
    writeAnswer,
    writeStream: (turn) => [chunkEvent('done', writeAnswer(turn))],
    blankEvent: () => chunkEvent('delta', '{}'),
    endAgain: () => doneEvent,
    errorEvent: (_turn, trouble) => chunkEvent('delta', writeErrorData(trouble, place)),
  };
}

function readRequest(bytes: Buffer, model: string, place: Place): EmbedPrompt | Refusal {
  const asked = parseJson(bytes.toString('utf8'));
  if (!isRecord(asked)) return invalidArgument('Invalid JSON payload received. Expected an object key or }.', place);
  const isBatch = place.method === 'batchEmbedContents';
  const unknown = isBatch ? findUnknown(asked, fieldNames('model', 'requests')) : undefined;
  if (unknown !== undefined) return unknownField(unknown, '', place);
  const requests = isBatch ? readList(asked, 'requests') : [asked];
  if (requests.length === 0 || requests.length > requestsMax) {
    return invalidArgument(`BatchEmbedContentsRequest.requests: 1 to ${requestsMax} are allowed`, place);
  }
  const read = requests.map((request) => readOne(request, model, place, isBatch));
  const refusal = read.find((each) => 'status' in each);
  if (refusal && 'status' in refusal) return refusal;
  const asks = read.filter((each): each is One => !('status' in each));
  const messages = asks.map(({ text }) => ({ role: 'user', text, tokens: countWords(text) }));
  return { ...wordlessPrompt(model, messages), dimensions: asks.map(({ dimensions }) => dimensions), isBatch };
}

type One = { readonly text: string; readonly dimensions: number };

function readOne(request: unknown, model: string, place: Place, isBatch: boolean): One | Refusal {
  const known = fieldNames('model', 'content', 'taskType', 'title', 'outputDimensionality', 'autoTruncate');
  if (!isRecord(request)) return invalidArgument('Invalid value at requests (oneof)', place);
  const unknown = findUnknown(request, known);
  if (unknown !== undefined) return unknownField(unknown, isBatch ? 'requests[0]' : '', place);
  const named = readField(request, 'model');
  if (isBatch && named === undefined) return invalidArgument('* requests[].model: model is required', place);
  if (named !== undefined && named !== `models/${model}`) {
    return invalidArgument('* Model in the request does not match the one of the batch.', place);
  }
  const texts = readList(readField(request, 'content'), 'parts').filter(isRecord).map(textOf);
  if (texts.length === 0 || texts.includes(undefined)) {
    return invalidArgument('* EmbedContentRequest.content: contents is not specified or has no text', place);
  }
  const dimensions = readField(request, 'outputDimensionality') ?? dimensionsDefault;
  if (!Number.isInteger(dimensions) || Number(dimensions) < 1 || Number(dimensions) > dimensionsMax) {
    return invalidArgument(`* outputDimensionality must be from 1 to ${dimensionsMax}`, place);
  }
  return { text: texts.join('\n'), dimensions: Number(dimensions) };
}

function textOf(part: JsonRecord): string | undefined {
  return typeof part.text === 'string' ? part.text : undefined;
}

function writeAnswer({ prompt, replies, bill }: Turn<EmbedPrompt>): string {
  const all = (replies.length === 0 ? [] : prompt.messages).map(({ text }, index) => ({
    values: [...toVector(text, prompt.dimensions[index] ?? dimensionsDefault)],
  }));
  const answer = prompt.isBatch ? { embeddings: all } : { embedding: all[0] ?? {} };
  const usage = bill === undefined ? '' : `,"usageMetadata":{"promptTokenCount":${bill.input}}`;
  return `${JSON.stringify(answer).slice(0, -1)}${usage}}\n`;
}
