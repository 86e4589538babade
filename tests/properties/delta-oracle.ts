import assert from 'node:assert/strict';
import { Buffer, isUtf8 } from 'node:buffer';
import { type ChatDelta, measureChatDelta } from '#core/protocol/json-delta.ts';
import { depthOf, hasTwins, isObject } from './json-oracle.ts';

// The measure of a chunk as one would write it with JSON.parse at hand.

function measureParsed(chunk: unknown): ChatDelta {
  const found = { textBytes: 0, mediaBytes: 0, hasCitation: false };
  if (!isObject(chunk)) return chatDelta(found, { valid: false });
  let finish: string | null = null;
  for (const choice of listOf(chunk.choices)) {
    if (!isObject(choice)) continue;
    const reason = choice.finish_reason;
    if (typeof reason === 'string' && reason !== '') finish ??= reason;
    if (!isObject(choice.delta)) continue;
    const one = measureDelta(choice.delta);
    found.textBytes += one.textBytes;
    found.mediaBytes += one.mediaBytes;
    found.hasCitation ||= one.hasCitation;
  }
  const hasError = chunk.error !== undefined && chunk.error !== null;
  const groqs = isObject(chunk.x_groq) ? chunk.x_groq.usage : undefined;
  return chatDelta(found, { valid: true, finish, hasUsage: isObject(chunk.usage) || isObject(groqs), hasError });
}

type Found = { readonly textBytes: number; readonly mediaBytes: number; readonly hasCitation: boolean };

function chatDelta(found: Found, rest: Partial<ChatDelta>): ChatDelta {
  const outputBytes = found.textBytes + found.mediaBytes;
  const empty = { valid: false, finish: null, hasUsage: false, hasError: false };
  const content = outputBytes > 0 || found.hasCitation;
  return { ...empty, content, outputBytes, mediaBytes: found.mediaBytes, ...rest };
}

function measureDelta(delta: Readonly<Record<string, unknown>>): Found {
  const parts = listOf(delta.content);
  const calls = listOf(delta.tool_calls).flatMap((call) => [get(call, 'function'), get(call, 'custom')]);
  const texts = [
    ...[delta.content, delta.refusal, get(delta.audio, 'transcript')],
    ...parts.flatMap((part) => [part, get(part, 'text'), get(part, 'refusal'), get(part, 'thinking')]),
    ...parts.flatMap((part) => listOf(get(part, 'thinking')).map((inner) => get(inner, 'text'))),
    ...[...calls, delta.function_call].flatMap((call) => [
      get(call, 'name'),
      get(call, 'arguments'),
      get(call, 'input'),
    ]),
  ];
  const details = listOf(delta.reasoning_details);
  const reasoning = Math.max(
    bytesOf([delta.reasoning]),
    bytesOf([delta.reasoning_content]),
    bytesOf(details.flatMap((detail) => [get(detail, 'text'), get(detail, 'summary'), get(detail, 'data')])),
  );
  const images = listOf(delta.images);
  const urls = [...images, ...parts].map((image) => get(image, 'image_url'));
  const media = [
    get(delta.audio, 'data'),
    ...images.flatMap((image) => [image, get(image, 'url'), get(image, 'b64_json'), get(image, 'data')]),
    ...urls.flatMap((url) => [url, get(url, 'url')]),
  ];
  return {
    textBytes: bytesOf(texts) + reasoning,
    mediaBytes: bytesOf(media),
    hasCitation: listOf(delta.annotations).length > 0,
  };
}

function bytesOf(values: readonly unknown[]): number {
  return values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? Buffer.byteLength(value) : 0), 0);
}

function get(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** Fails unless the measure of this payload is what JSON.parse gives; one that names a field twice may be more. */
export function judgeDelta(payload: Uint8Array): void {
  const measured = measureChatDelta(payload);
  // A client reads broken UTF-8 with replacement characters, so it is no reason to refuse the chunk.
  const text = lenient.decode(payload);
  const expected = measureText(text);
  if (expected === null) assert.deepEqual(measured, measureParsed(null));
  else if (expected.hasTwins) {
    assert.equal(measured.valid, expected.measure.valid);
    assert.ok(!isUtf8(payload) || measured.outputBytes >= expected.measure.outputBytes);
  } else if (isUtf8(payload)) assert.deepEqual(measured, expected.measure);
  else assert.equal(measured.content, expected.measure.content);
}

function measureText(text: string) {
  // What is too deep for us is refused, and JSON.parse is not safe with it; see json-oracle.ts.
  if (depthOf(text) > 64) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return { measure: measureParsed(value), hasTwins: hasTwins(text, value) };
}
