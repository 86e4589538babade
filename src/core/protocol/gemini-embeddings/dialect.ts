import { Content } from '#core/generation/content.ts';
import type { DroppableField } from '#core/generation/dropped.ts';
import { Fault } from '#core/generation/fault.ts';
import type { EmbeddingsDialect } from '../embeddings/dialect.ts';
import type { EmbeddingAsk, EmbeddingReply } from '../embeddings/neutral.ts';
import { encodeFault, encodeStreamFault } from '../gemini-generate/encode-fault.ts';
import { itemsOf, memberOf, toCamel } from '../gemini-generate/field-names.ts';
import { readErrorCode } from '../gemini-generate/read-reply.ts';
import { fieldOf, isObject, listOf, numberOf, parseForeignObject, parseJudged, textOf } from '../json-value.ts';
import { type Home, nativeSurface } from '../native-surface/native-surface.ts';
import { malformed } from '../native-surface/request-body.ts';
import type { Protocol, ReplyFacts } from '../protocol.ts';
import { decodeUsage, isVector } from './read-reply.ts';
import { type Form, readRequest } from './read-request.ts';
import { spliceRequest } from './splices.ts';

const google: Home = {
  name: 'gemini-generate',
  family: 'google',
  encodeFault,
  encodeStreamFault,
  readErrorCode,
  heartbeat: ': keepalive\n\n',
};

function plain(form: Form, verb: string): Protocol {
  return nativeSurface({
    home: google,
    path: (model) => `/models/${model.toWellFormed().split('/').map(encodeURIComponent).join('/')}:${verb}`,
    readRequest: (body, address) => readRequest(body, address, form),
    spliceRequest,
    readReply,
  });
}

/** Without what they become in other dialects. */
export const plainSingle = plain('single', 'embedContent');
export const plainBatch = plain('batch', 'batchEmbedContents');

export const geminiBatchDialect: EmbeddingsDialect = {
  upstream: plainBatch,
  decodeAsk: (body) => decodeAll(itemsOf(fieldOf(parseJudged(body), 'requests')), body),
  encodeAsk: ({ texts, dimensions }, { model }) => ({
    body: JSON.stringify({
      requests: texts.map((text) => ({
        model: `models/${model}`,
        content: { parts: [{ text: text.revealText('translate') }] },
        ...(dimensions === undefined ? {} : { outputDimensionality: dimensions }),
      })),
    }),
    dropped: [],
  }),
  decodeReply,
  encodeReply: ({ vectors, inputTokens }) =>
    JSON.stringify({ embeddings: vectors.map((values) => ({ values })), ...usageOf(inputTokens) }),
};

export const geminiSingleDialect: EmbeddingsDialect = {
  ...geminiBatchDialect,
  upstream: plainSingle,
  decodeAsk: (body) => decodeAll([parseJudged(body)], undefined),
  encodeReply: ({ vectors, inputTokens }) =>
    JSON.stringify({ embedding: { values: vectors[0] ?? [] }, ...usageOf(inputTokens) }),
};

function usageOf(inputTokens: number | undefined) {
  return inputTokens === undefined ? {} : { usageMetadata: { promptTokenCount: inputTokens } };
}

const carried: ReadonlySet<string> = new Set(['model', 'content', 'outputDimensionality']);
const named: Readonly<Record<string, DroppableField>> = { taskType: 'task_type', title: 'title' };

function decodeAll(requests: readonly unknown[], batch: Uint8Array | undefined): EmbeddingAsk {
  const dropped = new Set<DroppableField>(batch && unknownOf(parseJudged(batch)));
  const dimensions = new Set<number | undefined>();
  const texts = requests.map((request) => {
    for (const name of Object.keys(isObject(request) ? request : {}).map(toCamel)) {
      if (!carried.has(name)) dropped.add(named[name] ?? 'unknown_field');
    }
    dimensions.add(dimensionsOf(request));
    return Content.ofText(textsOf(memberOf(request, 'content')));
  });
  // Elsewhere one length holds for all of a request.
  if (dimensions.size > 1) throw new Fault('field-not-carried', { field: 'dimensions' });
  return { texts, dimensions: [...dimensions][0], dropped: [...dropped] };
}

function unknownOf(batch: unknown): readonly DroppableField[] {
  const names = Object.keys(isObject(batch) ? batch : {});
  return names.some((name) => name !== 'requests' && name !== 'model') ? ['unknown_field'] : [];
}

function dimensionsOf(request: unknown): number | undefined {
  const said = memberOf(request, 'outputDimensionality');
  if (said === undefined) return undefined;
  // Protobuf's JSON takes a number also as a text.
  const dimensions = Number(typeof said === 'string' ? said : numberOf(said));
  if (!Number.isSafeInteger(dimensions) || dimensions < 1) {
    throw malformed('"outputDimensionality" is not a whole number from 1 on');
  }
  return dimensions;
}

/** One text of all parts: what is no text has no place elsewhere. */
function textsOf(content: unknown): string {
  const texts = itemsOf(memberOf(content, 'parts')).map((part) => {
    const text = textOf(fieldOf(part, 'text'));
    if (text === undefined) throw new Fault('field-not-carried', { field: 'unknown_part' });
    return text;
  });
  if (texts.length === 0) throw malformed('a content has no parts');
  return texts.join('\n');
}

function readReply(body: Uint8Array): ReplyFacts {
  const reply = parseForeignObject(body);
  if (!reply) return { kind: 'not-json' };
  if ((fieldOf(reply, 'error') ?? undefined) !== undefined) return { kind: 'error', code: readErrorCode(body) };
  const answers = valuesOf(reply);
  if (answers === undefined) return { kind: 'not-json' };
  const hasContent = answers.length > 0 && answers.every(isVector);
  return { kind: 'answer', hasContent, outputBytes: 0, finish: undefined, usage: decodeUsage(reply) };
}

function decodeReply(body: Uint8Array): EmbeddingReply | undefined {
  const reply = parseForeignObject(body);
  const answers = valuesOf(reply) ?? [];
  if (!answers.every(isVector)) return undefined;
  return { vectors: answers.map((values) => listOf(values).map(Number)), inputTokens: decodeUsage(reply)?.input };
}

/** The vectors of either form. */
function valuesOf(reply: unknown): readonly unknown[] | undefined {
  const one = memberOf(reply, 'embedding');
  const many = memberOf(reply, 'embeddings');
  if (one === undefined && many === undefined) return undefined;
  return (one === undefined ? listOf(many) : [one]).map((embedding) => fieldOf(embedding, 'values'));
}
