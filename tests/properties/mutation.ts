import { Buffer } from 'node:buffer';

// A change to some bytes as data, so that a property can draw it and show it when it fails.

export type Mutation = {
  readonly kind: 'replace' | 'insert' | 'remove' | 'repeat' | 'cut';
  /** Where, as a part of the length: 0 to 1. */
  readonly place: number;
  readonly length: number;
  readonly token: number;
};

export const mutationKinds = ['replace', 'insert', 'remove', 'repeat', 'cut'] as const;

/** What is likely to break a scanner of JSON or of events; beyond the end of the list, the number is the byte. */
export const tokens: readonly string[] = [
  ...'{}[],:"\\ \t\n\r\u0000\u001f\u007f\ufeff-+.eE0u',
  ...['\\u', '\\u00', '\\ud83d', '\\u0065', '\\n', '\\x', '""', '":', '1e999', '-0', '01', '1.', 'true', 'nul', 'null'],
  ...[
    '[[[[[[[[',
    ']]]]]]]]',
    '{"a":',
    '{"a":{"a":{"a":',
    '"model":1,',
    '"mod\\u0065l":2,',
    '"__proto__":{},',
    'é',
    '日',
    '😀',
  ],
  ...['data:', 'data: ', '\ndata', '\n\n', '\r\n\r\n', '\r\r', '\r\n', ': c\n', 'event: x\n', 'id: 1\n', '[DONE]'],
  ...['"finish_reason":"stop"', '"usage":{}', '"error":{}', '"content":"x"', '"delta":{', '"choices":['],
];

export function mutate(bytes: Uint8Array, mutations: readonly Mutation[]): Buffer {
  let result = Buffer.from(bytes);
  for (const { kind, place, length, token } of mutations) {
    const at = Math.floor(place * result.length);
    const past = Math.min(result.length, at + length);
    const fresh = Buffer.from(tokens[token] ?? [token & 255]);
    const middle = {
      replace: [fresh],
      insert: [fresh, result.subarray(at, past)],
      remove: [],
      repeat: [result.subarray(at, past), result.subarray(at, past)],
      cut: [],
    }[kind];
    const tail = kind === 'cut' ? [] : [result.subarray(past)];
    result = Buffer.concat([result.subarray(0, at), ...middle, ...tail]);
  }
  return result;
}
