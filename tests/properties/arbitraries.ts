import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { type Mutation, mutationKinds, tokens } from './mutation.ts';

/** Parts of a length. A drawn double would nearly always be next to nothing. */
export const places: fc.Arbitrary<number> = fc.noBias(fc.nat(9_999)).map((n) => n / 10_000);

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...mutationKinds),
    place: places,
    length: fc.oneof(fc.constant(1), fc.nat(12)),
    token: fc.nat(tokens.length + 255),
  }),
  { maxLength: 3 },
);

/** Names that callers send, names that only look like them, and any other. */
const names = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('model', 'stream', 'messages', 'stream_options', 'a', 'modell', 'mode', '') },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', 'модель', 'mo"del', 'mo\\del') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);

const texts = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('"', '\\', '\u0000\u001f', '\ud83d', '😀', 'a'.repeat(100), '"model":1', '{"finish_reason":"stop"}'),
);

const numbers = fc.oneof(
  fc.constantFrom('0', '-0', '1e999', '9007199254740993', '1E+2', '0.5e-7', '-12.25'),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => JSON.stringify(n)),
);

/** White space where JSON allows it. */
const gap = fc.oneof(
  { weight: 5, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom(' ', '\n\t', '\r\n  ') },
);

/** A string as some program might write it: any character may stand as an escape. */
export function written(text: string, style: number): string {
  if (style === 0) return JSON.stringify(text);
  let out = '"';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const isHalf = (unit & 0xf800) === 0xd800;
    const isEscaped = isHalf || unit < 0x20 || unit === 0x22 || unit === 0x5c || (style >> (i % 8)) & 1;
    const hex = unit.toString(16).padStart(4, '0');
    out += isEscaped ? `\\u${style & 1 ? hex : hex.toUpperCase()}` : text.charAt(i);
  }
  return `${out}"`;
}

const style = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(255) });
const literal = fc.tuple(texts, style).map(([text, how]) => written(text, how));

const { value, object } = fc.letrec<{ value: string; array: string; object: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    literal,
    numbers,
    fc.constantFrom('true', 'false', 'null', '{}', '[]'),
    tie('array'),
    tie('object'),
  ),
  array: fc
    .tuple(gap, fc.array(fc.tuple(tie('value'), gap), { maxLength: 4, size: 'medium' }))
    .map(([space, items]) => `[${space}${items.map(([item, after]) => item + after).join(`,${space}`)}]`),
  object: fc
    .tuple(gap, fc.array(fc.tuple(names, style, gap, tie('value')), { maxLength: 6, size: 'medium' }))
    .map(
      ([space, members]) =>
        `{${space}${members.map(([name, how, after, each]) => `${written(name, how)}${after}:${space}${each}${after}`).join(`,${space}`)}}`,
    ),
}));

export const jsonObjects: fc.Arbitrary<string> = object;

/** Valid documents, mostly objects; white space and a byte order mark around some. */
export const jsonDocuments: fc.Arbitrary<Buffer> = fc
  .tuple(fc.constantFrom('', '', '', '\ufeff'), gap, fc.oneof({ weight: 5, arbitrary: object }, value), gap)
  .map((parts) => Buffer.from(parts.join('')));

const eventLine = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('data: {"a":1}', 'data:x', 'data', 'data:', 'data:  two', 'data: é日😀') },
  fc.constantFrom(
    'event: ping',
    'event:x',
    'event',
    'event:',
    'id: 7',
    'retry: 10',
    ': comment',
    ':',
    'dat',
    'datax: 1',
  ),
  fc.constantFrom(' data: 1', 'data : 1', '\ufeffdata: 1', 'data: a\u0000b', 'unknown'),
  fc.string({ maxLength: 8 }),
);

/** Lines and blank lines under every line end, cut anywhere at the end. */
export const eventStreams: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.constantFrom('', '', '\ufeff', '\ufeff\ufeff'),
    fc.array(fc.tuple(fc.oneof(eventLine, fc.constant('')), fc.constantFrom('\n', '\n', '\r\n', '\r')), {
      maxLength: 16,
    }),
    fc.nat(3),
  )
  .map(([mark, lines, cut]) => {
    const bytes = Buffer.from(mark + lines.map((line) => line.join('')).join(''));
    return bytes.subarray(0, Math.max(0, bytes.length - cut));
  });
