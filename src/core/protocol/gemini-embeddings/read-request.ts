import { bothSpellings } from '../gemini-generate/field-names.ts';
import { itemSpans } from '../gemini-generate/json-spans.ts';
import { measureMedia } from '../gemini-generate/measure-media.ts';
import { type FieldSpan, scanNested } from '../json-scan.ts';
import { inputFacts, malformed, RequestBody } from '../native-surface/request-body.ts';
import type { RequestAddress, RequestFacts } from '../protocol.ts';

export type Form = 'single' | 'batch';

const wanted: ReadonlySet<string> = new Set(['model', 'content', 'requests']);
const inside: ReadonlySet<string> = bothSpellings(['model', 'content']);

/** The model stands in the address, and once more in the body and in each of its requests. */
export function readRequest(bytes: Uint8Array, { model }: RequestAddress, form: Form): RequestFacts {
  const body = new RequestBody(bytes, wanted);
  if (model === undefined || model === '') throw malformed('the address names no model');
  const asks = form === 'single' ? [body.needed('content')] : contentsOf(bytes, body.needed('requests'));
  const media = measureMedia(bytes, asks);
  const input = { ...media, items: asks.length };
  return { ...inputFacts({ model, input, spans: body.spansOf(['model', 'requests']) }), nativeOnly: undefined };
}

function contentsOf(bytes: Uint8Array, requests: FieldSpan): readonly FieldSpan[] {
  if (requests.kind !== 'array') throw malformed('"requests" is not a list');
  const contents = itemSpans(bytes, requests).map((item) => {
    const content = scanNested(bytes, { kind: 'object', keyStart: item.start, ...item }, inside).get('content');
    if (bytes[item.start] !== 0x7b || content?.kind !== 'object') throw malformed('a request has no "content"');
    return content;
  });
  if (contents.length === 0) throw malformed('"requests" is empty');
  return contents;
}

/** Where the model stands in each request of a batch. */
export function modelSpans(bytes: Uint8Array, requests: { readonly start: number; readonly end: number }) {
  return itemSpans(bytes, requests).flatMap((item) => {
    const model = scanNested(bytes, { kind: 'object', keyStart: item.start, ...item }, inside).get('model');
    return model ? [{ start: model.start, end: model.end }] : [];
  });
}
