import { Buffer } from 'node:buffer';
import type { Ability } from '#core/routing/endpoint.ts';
import type { Decoded } from '../attempt/passage.ts';

/** Words of all dialects; who only quotes one gets a model that can do more than it needs. */
const imageWords = ['"image_url"', '"input_image"', '"image"', '"inlineData"', '"inline_data"', '"fileData"'];
const schemaWords = ['"json_schema"', '"json_object"', '"responseSchema"', '"responseJsonSchema"', '"output_format"'];

/** What a model must be able to do for this request, as far as its bytes tell at a glance. */
export function needsOf({ body, facts }: Pick<Decoded, 'body' | 'facts'>): readonly Ability[] {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const has = (words: readonly string[]) => words.some((word) => text.includes(word));
  return [
    ...(facts.hasTools ? (['tools'] as const) : []),
    ...(has(imageWords) ? (['images'] as const) : []),
    ...(has(schemaWords) ? (['structured_output'] as const) : []),
  ];
}
