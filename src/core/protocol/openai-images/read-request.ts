import { Fault } from '#core/generation/fault.ts';
import type { Fields } from '../native-surface/fields.ts';
import { FormBody } from '../native-surface/form-body.ts';
import { malformed, RequestBody } from '../native-surface/request-body.ts';
import type { RequestAddress, RequestFacts } from '../protocol.ts';
import { tokensPerImageMax } from './image-tokens.ts';

/** Who names no model means this one, as at OpenAI. */
const modelDefault = 'dall-e-2';
const imagesMax = 10;
const sketchesMax = 3;

const spliced = ['model', 'user'] as const;
const common = [...spliced, 'prompt', 'n', 'size', 'stream', 'partial_images'] as const;
const wanted: ReadonlySet<string> = new Set([...common, 'images', 'image', 'image_url', 'mask', 'input_references']);

/** The most that a picture in a request is billed at, by the dearest vision models, and what it likely is. */
const tokensPerSentMax = 40_000;
const tokensPerSentLikely = 1_100;

export function readGeneration(bytes: Uint8Array): RequestFacts {
  const body = new RequestBody(bytes, wanted);
  if (body.needed('prompt').kind !== 'string') throw malformed('"prompt" is not a text');
  return imageFacts(body, { ...sentInJson(body), isForm: false });
}

/** A form with pictures, or JSON with their addresses. */
export function readEdit(bytes: Uint8Array, { contentType }: RequestAddress): RequestFacts {
  if (!contentType?.toLowerCase().startsWith('multipart/')) return readGeneration(bytes);
  const form = new FormBody(bytes, contentType, new Set(common));
  if (!form.has('prompt')) throw malformed('"prompt" is missing');
  if (!form.has('model')) throw malformed('"model" is missing');
  if (form.files.length === 0) throw malformed('"image" is missing');
  const mediaBytes = form.files.reduce((sum, { start, end }) => sum + end - start, 0);
  return imageFacts(form, { isForm: true, mediaBytes, sent: form.files.length, isOpen: false });
}

type Sent = {
  readonly isForm: boolean;
  readonly mediaBytes: number;
  readonly sent: number;
  readonly isOpen: boolean;
};

/** A picture named by its address is of a size that nobody sees here; one that is written out is at most so many tokens. */
function sentInJson(body: RequestBody): Omit<Sent, 'isForm'> {
  let mediaBytes = 0;
  let sent = 0;
  for (const name of ['images', 'image', 'image_url', 'mask', 'input_references']) {
    const field = body.field(name);
    if (!field) continue;
    mediaBytes += field.end - field.start;
    // Not one picture without a colon or a comma before the next.
    sent += field.kind === 'array' ? 16 : 1;
  }
  return { mediaBytes, sent, isOpen: false };
}

function imageFacts(fields: Fields, { isForm, mediaBytes, sent, isOpen }: Sent): RequestFacts {
  const images = fields.count('n', 1) ?? 1;
  // Sent upstream as written, so a hold for fewer would be none.
  if (images > imagesMax) throw malformed(`"n" is above ${imagesMax}`);
  const sketches = fields.count('partial_images', 0) ?? 0;
  if (sketches > sketchesMax) throw new Fault('field-not-carried', { field: 'partial_images' });
  return {
    model: fields.text('model') ?? modelDefault,
    stream: fields.flag('stream') ?? false,
    outputLimit: tokensPerImageMax(fields.text('size'), sketches),
    choices: images,
    wantsUsage: true,
    store: undefined,
    nativeOnly: 'surface',
    hasTools: false,
    inputIsOpen: isOpen,
    mediaBytes,
    mediaTokensMax: sent * tokensPerSentMax,
    mediaTokensLikely: sent * tokensPerSentLikely,
    media: { isForm, bounds: { images, audioSeconds: 0, hasAudio: false }, secondsSent: 0, speaks: false },
    spans: fields.spansOf(spliced),
  };
}
