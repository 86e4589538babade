import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { written } from './arbitraries.ts';

// Chunks of a chat completion in any order of names, with every field that counts, and texts that only look like one.

const decoys = ['"finish_reason":"stop"', '{"choices":[{"delta":{"content":"x"}}]}', '"}]},"usage":{},"error":{}'];
const text = fc.oneof(
  fc.constantFrom('', 'hello', ' \n', 'é日😀', '\ud83d', '\\"', ...decoys),
  fc.string({ unit: 'binary', maxLength: 24 }),
);
/** What may stand where a text is expected. */
const textOr = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1.5e10, true, false, [], {}, ['x'], { text: 'x' }) },
);

type Fields = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** Some of these members, in any order. */
function members(fields: Fields): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  return fc
    .shuffledSubarray(Object.entries(fields))
    .chain((drawn) => fc.tuple(...drawn.map(([name, value]) => value.map((each) => [name, each] as const))))
    .map((entries) => Object.fromEntries(entries));
}

const several = (value: fc.Arbitrary<unknown>) => fc.oneof(fc.array(value, { maxLength: 3 }), textOr);
const imageUrl = fc.oneof(textOr, members({ url: textOr, detail: text }));
const part = fc.oneof(
  textOr,
  members({
    type: fc.constantFrom('text', 'thinking', 'image_url'),
    text: textOr,
    refusal: textOr,
    thinking: several(members({ type: text, text: textOr })),
    image_url: imageUrl,
    annotations: fc.constant([{}]),
  }),
);
const call = members({ name: textOr, arguments: textOr, input: textOr, id: text });

const delta = members({
  role: fc.constant('assistant'),
  content: several(part),
  refusal: textOr,
  reasoning: textOr,
  reasoning_content: textOr,
  reasoning_details: several(members({ type: text, text: textOr, summary: textOr, data: textOr, signature: text })),
  tool_calls: several(members({ index: fc.nat(3), id: text, type: text, function: call, custom: call })),
  function_call: call,
  audio: fc.oneof(textOr, members({ id: text, data: textOr, transcript: textOr })),
  images: several(members({ type: text, image_url: imageUrl, url: textOr, b64_json: textOr, data: textOr })),
  annotations: several(members({ type: text })),
  delta: members({ content: text }),
});

const choice = members({
  index: fc.nat(3),
  delta: fc.oneof({ weight: 9, arbitrary: delta }, textOr),
  finish_reason: fc.oneof(fc.constantFrom('stop', 'STOP', 'tool_calls'), textOr),
  native_finish_reason: fc.constant('stop'),
  logprobs: members({ content: text, finish_reason: text, delta: members({ content: text }) }),
  message: members({ content: text }),
  usage: fc.constant({}),
  error: fc.constant({}),
});

const chunk = members({
  id: text,
  object: fc.constant('chat.completion.chunk'),
  choices: fc.oneof({ weight: 9, arbitrary: fc.array(choice, { maxLength: 3 }) }, textOr),
  usage: fc.oneof(textOr, members({ prompt_tokens: fc.nat(), delta: members({ content: text }) })),
  x_groq: fc.oneof(textOr, members({ id: text, usage: fc.oneof(textOr, members({ prompt_tokens: fc.nat() })) })),
  error: fc.oneof(textOr, members({ message: text, code: textOr })),
  delta: members({ content: text }),
  finish_reason: text,
  obfuscation: text,
});

/** The payload of an event: the chunk as any program might write it. */
export const chunkPayloads: fc.Arbitrary<Buffer> = fc
  .tuple(fc.oneof({ weight: 20, arbitrary: chunk }, textOr), fc.constantFrom(0, 0, 0, 1, 36, 255))
  .map(([value, style]) => Buffer.from(write(value, style)));

function write(value: unknown, style: number): string {
  if (typeof value === 'string') return written(value, style);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const gap = style & 4 ? '\n  ' : '';
  if (Array.isArray(value)) return `[${value.map((item) => gap + write(item, style)).join(',')}${gap}]`;
  const lines = Object.entries(value).map(
    ([name, each]) => `${gap}${written(name, style)}${gap}:${gap}${write(each, style)}`,
  );
  return `{${lines.join(',')}${gap}}`;
}
