import { Buffer } from 'node:buffer';
import { Content } from '#core/generation/content.ts';
import type { DroppableField } from '#core/generation/dropped.ts';
import { Fault } from '#core/generation/fault.ts';
import type { EmbeddingsDialect } from '../embeddings/dialect.ts';
import type { EmbeddingAsk, EmbeddingReply } from '../embeddings/neutral.ts';
import { fieldOf, isObject, listOf, numberOf, parseForeignObject, parseJudged, textOf } from '../json-value.ts';
import { spliceInputRequest } from '../native-surface/body-edits.ts';
import { nativeSurface } from '../native-surface/native-surface.ts';
import { malformed } from '../native-surface/request-body.ts';
import { readReply } from './read-reply.ts';
import { readRequest } from './read-request.ts';

/** Without what it becomes in other dialects. */
export const plainEmbeddings = nativeSurface({
  path: '/embeddings',
  readRequest,
  spliceRequest: spliceInputRequest,
  readReply,
});

export const openaiDialect: EmbeddingsDialect = {
  upstream: plainEmbeddings,
  decodeAsk,
  encodeAsk: ({ texts, dimensions }, { model }) => ({
    body: JSON.stringify({
      model,
      input: texts.map((text) => text.revealText('translate')),
      encoding_format: 'float',
      ...(dimensions === undefined ? {} : { dimensions }),
    }),
    dropped: [],
  }),
  decodeReply,
  encodeReply,
};

const carried: ReadonlySet<string> = new Set(['model', 'input', 'dimensions', 'encoding_format']);

function decodeAsk(body: Uint8Array): EmbeddingAsk {
  const asked = parseJudged(body);
  const input = fieldOf(asked, 'input');
  const texts = (Array.isArray(input) ? input : [input]).map((text) => {
    // A token means something to one tokenizer alone.
    if (typeof text === 'number' || Array.isArray(text)) throw new Fault('field-not-carried', { field: 'token_input' });
    if (typeof text !== 'string') throw new Fault('field-not-carried', { field: 'unknown_part' });
    return Content.ofText(text);
  });
  if (texts.length === 0) throw malformed('"input" is empty');
  const dimensions = fieldOf(asked, 'dimensions') ?? undefined;
  if (dimensions !== undefined && !(Number.isSafeInteger(dimensions) && Number(dimensions) > 0)) {
    throw malformed('"dimensions" is not a whole number from 1 on');
  }
  const format = textOf(fieldOf(asked, 'encoding_format')) ?? 'float';
  if (format !== 'float' && format !== 'base64') throw new Fault('field-not-carried', { field: 'response_format' });
  return { texts, dimensions: numberOf(dimensions), dropped: droppedOf(asked) };
}

function droppedOf(asked: unknown): readonly DroppableField[] {
  if (!isObject(asked)) return [];
  const said = Object.entries(asked).filter(([name, value]) => !carried.has(name) && value !== null);
  const words = said.map(([name]) => (name === 'user' || name === 'safety_identifier' ? 'user' : 'unknown_field'));
  return [...new Set(words)];
}

function decodeReply(body: Uint8Array): EmbeddingReply | undefined {
  const reply = parseForeignObject(body);
  const data = listOf(fieldOf(reply, 'data'));
  const vectors: (readonly number[])[] = [];
  for (const [place, datum] of data.entries()) {
    const vector = vectorOf(fieldOf(datum, 'embedding'));
    if (!vector) return undefined;
    // Each says its place, and need not stand there.
    vectors[numberOf(fieldOf(datum, 'index')) ?? place] = vector;
  }
  const usage = fieldOf(reply, 'usage');
  const inputTokens = numberOf(fieldOf(usage, 'prompt_tokens')) ?? numberOf(fieldOf(usage, 'total_tokens'));
  return Object.keys(vectors).length === data.length && vectors.length === data.length
    ? { vectors, inputTokens }
    : undefined;
}

/** Some answer in base64 whatever they were asked. */
function vectorOf(embedding: unknown): readonly number[] | undefined {
  if (typeof embedding === 'string') {
    const bytes = new Uint8Array(Buffer.from(embedding, 'base64'));
    return bytes.length % 4 === 0 ? [...new Float32Array(bytes.buffer)] : undefined;
  }
  const numbers = listOf(embedding).map(numberOf);
  const known = numbers.filter((number) => number !== undefined);
  return known.length > 0 && known.length === numbers.length ? known : undefined;
}

function encodeReply({ vectors, inputTokens }: EmbeddingReply, { body, model }: { body: Uint8Array; model: string }) {
  const isBase64 = fieldOf(parseJudged(body), 'encoding_format') === 'base64';
  const data = vectors.map((vector, index) => ({
    object: 'embedding',
    index,
    embedding: isBase64 ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector,
  }));
  const tokens = inputTokens ?? 0;
  return JSON.stringify({ object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } });
}
