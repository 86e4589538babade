// POST /v1/images/generations, /v1/images/edits and OpenRouter's /v1/images.
import { answerCall, type Call } from '../answer-call.ts';
import type { Asked } from '../asked.ts';
import type { Dialect } from '../dialect.ts';
import { readForm } from '../form.ts';
import { isRecord, type JsonRecord } from '../json-value.ts';
import { invalidRequest, writeErrorFields } from '../openai-chat/errors.ts';
import { chunkEvent } from '../openai-chat/stream.ts';
import { parseJson } from '../parse-json.ts';
import type { Prompt } from '../prompt.ts';
import type { StreamEvent } from '../stream-event.ts';
import type { Refusal } from '../trouble.ts';
import type { Turn } from '../turn.ts';
import { usageField, wholeDialect, wordlessPrompt } from '../whole-dialect.ts';
import { countWords } from '../words.ts';
import { drawPicture } from './png.ts';

type Kind = 'generation' | 'edit';

type ImagePrompt = Prompt & {
  readonly tokensEach: number;
  readonly sketches: number;
  readonly sent: number;
  readonly quality: string;
  readonly size: string;
};

const imagesMax = 10;
const tokensPerSketch = 100;
const tokensPerSent = 323;
const sizes: readonly string[] = ['1024x1024', '1024x1536', '1536x1024', 'auto', '256x256', '512x512'];

/** What OpenAI's guide tells of its models: tokens by quality, of a square and of the two long forms. */
const tokens: Readonly<Record<string, readonly [square: number, tall: number, wide: number]>> = {
  low: [272, 408, 400],
  medium: [1056, 1584, 1568],
  high: [4160, 6240, 6208],
};

const eventType = 'text/event-stream; charset=utf-8';

function speakImages(kind: Kind, contentType: string | undefined): Dialect<ImagePrompt> {
  const base = wholeDialect<ImagePrompt>({
    protocol: kind === 'edit' ? 'openai-image-edits' : 'openai-images',
    readRequest: (bytes) => readRequest(bytes, kind, contentType),
    writeAnswer,
  });
  return {
    ...base,
    typeOf: ({ stream }) => (stream ? eventType : base.jsonType),
    outputTokens: ({ tokensEach, choices }) => tokensEach * choices,
    writeStream: (turn) => writeStream(turn, kind === 'edit' ? 'image_edit' : 'image_generation'),
    errorEvent: (_turn, trouble) => event('delta', { type: 'error', error: writeErrorFields(trouble) }, 0),
  };
}

export function answerGenerations(call: Call): Promise<void> {
  return answerCall(speakImages('generation', undefined), call);
}

export function answerEdits(call: Call, { headers }: Asked): Promise<void> {
  return answerCall(speakImages('edit', headers['content-type']), call);
}

function readRequest(bytes: Buffer, kind: Kind, contentType: string | undefined): ImagePrompt | Refusal {
  const form = contentType?.startsWith('multipart/') ? readForm(bytes, contentType) : undefined;
  const asked = form ? Object.fromEntries(form.fields) : parseJson(bytes.toString('utf8'));
  if (!isRecord(asked)) return invalidRequest('We could not parse the JSON body of your request.');
  const sent = form?.files.length ?? (Array.isArray(asked.images) ? asked.images.length : 0);
  if (kind === 'edit' && sent === 0) return invalidRequest("Missing required parameter: 'image'.", 'image');
  const { model, prompt } = asked;
  if (typeof model !== 'string' || model === '') return invalidRequest("Missing required parameter: 'model'.", 'model');
  if (typeof prompt !== 'string' || prompt === '')
    return invalidRequest("Missing required parameter: 'prompt'.", 'prompt');
  return readOptions(
    asked,
    wordlessPrompt(model, [{ role: 'user', text: prompt, tokens: countWords(prompt) + sent * tokensPerSent }]),
    sent,
  );
}

function readOptions(asked: JsonRecord, prompt: Prompt, sent: number): ImagePrompt | Refusal {
  const count = Number(asked.n ?? 1);
  const sketches = Number(asked.partial_images ?? 0);
  const size = String(asked.size ?? 'auto');
  const quality = String(asked.quality ?? 'auto');
  if (!Number.isInteger(count) || count < 1 || count > imagesMax) return invalidRequest("Invalid 'n'.", 'n');
  if (!sizes.includes(size)) return invalidRequest(`Invalid size '${size}'.`, 'size');
  const row = tokens[quality === 'auto' || quality === 'standard' ? 'medium' : quality];
  if (!row) return invalidRequest(`Invalid value: '${quality}'.`, 'quality');
  if (!Number.isInteger(sketches) || sketches < 0 || sketches > 3) {
    return invalidRequest("Invalid 'partial_images'.", 'partial_images');
  }
  if ((asked.output_format ?? 'png') !== 'png') return invalidRequest('Only png is drawn here.', 'output_format');
  const stream = asked.stream === true || asked.stream === 'true';
  const tokensEach =
    row[size === '1024x1536' ? 1 : size === '1536x1024' ? 2 : 0] + (stream ? sketches * tokensPerSketch : 0);
  return { ...prompt, stream, choices: count, tokensEach, sketches, sent, quality, size };
}

function pictureOf({ messages }: ImagePrompt, index: number): string {
  return drawPicture(`${messages[0]?.text} ${index}`).toString('base64');
}

function writeAnswer(turn: Turn<ImagePrompt>): string {
  const { prompt, replies, createdMs } = turn;
  const data = replies.map((_, index) => ({ b64_json: pictureOf(prompt, index) }));
  const head = JSON.stringify({ created: Math.floor(createdMs / 1000), data, ...looks(prompt) });
  return `${head.slice(0, -1)}${writeUsage(turn)}}\n`;
}

function looks({ quality, size }: ImagePrompt) {
  return {
    background: 'opaque',
    output_format: 'png',
    quality: quality === 'auto' || quality === 'standard' ? 'medium' : quality,
    size: size === 'auto' ? '1024x1024' : size,
  };
}

function writeUsage(turn: Turn<ImagePrompt>): string {
  const sent = turn.prompt.sent * tokensPerSent;
  return usageField(turn, ({ input, output, total }) => {
    const details = `{"image_tokens":${sent},"text_tokens":${turn.usage.input - sent}}`;
    return `{"input_tokens":${input},"input_tokens_details":${details},"output_tokens":${output},"total_tokens":${total}}`;
  });
}

/** Sketches, then the pictures. OpenAI sends no mark at the end. */
function* writeStream(turn: Turn<ImagePrompt>, name: string): Generator<StreamEvent> {
  const { prompt, replies, createdMs } = turn;
  const common = { created_at: Math.floor(createdMs / 1000), ...looks(prompt) };
  for (const [index] of replies.entries()) {
    const b64 = pictureOf(prompt, index);
    for (let sketch = 0; sketch < prompt.sketches; sketch += 1) {
      const partial = { type: `${name}.partial_image`, b64_json: b64, ...common, partial_image_index: sketch };
      yield event('delta', partial, tokensPerSketch);
    }
    const whole = JSON.stringify({ type: `${name}.completed`, b64_json: b64, ...common });
    const isLast = index === replies.length - 1;
    const left = prompt.tokensEach - prompt.sketches * tokensPerSketch;
    yield named('delta', `${name}.completed`, `${whole.slice(0, -1)}${isLast ? writeUsage(turn) : ''}}`, left);
  }
}

function event(
  kind: StreamEvent['kind'],
  data: JsonRecord & { readonly type: string },
  tokensOut: number,
): StreamEvent {
  return named(kind, data.type, JSON.stringify(data), tokensOut);
}

function named(kind: StreamEvent['kind'], name: string, data: string, tokensOut: number): StreamEvent {
  return { ...chunkEvent(kind, data), before: `event: ${name}\ndata: `, tokens: tokensOut };
}
