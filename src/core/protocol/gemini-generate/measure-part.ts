import { Buffer } from 'node:buffer';
import { isObject } from '../json-value.ts';
import { itemsOf, memberOf, toCamel } from './field-names.ts';

/** UTF-8 bytes of everything in a part that is output: text, thoughts, calls, media, code and its results. */
export function outputBytesOf(part: unknown): number {
  const text = memberOf(part, 'text');
  if (typeof text === 'string') return Buffer.byteLength(text);
  const call = memberOf(part, 'functionCall');
  if (isObject(call)) return callBytes(call);
  const data = memberOf(memberOf(part, 'inlineData'), 'data');
  if (typeof data === 'string') return data.length;
  return otherBytes(part);
}

function callBytes(call: unknown): number {
  const name = memberOf(call, 'name');
  const args = memberOf(call, 'args');
  let bytes = typeof name === 'string' ? Buffer.byteLength(name) : 0;
  if (args !== undefined) bytes += Buffer.byteLength(JSON.stringify(args));
  for (const piece of itemsOf(memberOf(call, 'partialArgs'))) {
    for (const field of ['stringValue', 'numberValue', 'boolValue']) {
      const value = memberOf(piece, field);
      if (value !== undefined) bytes += Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
    }
  }
  return bytes;
}

const aboutOthers: ReadonlySet<string> = new Set(['thought', 'thoughtSignature', 'partMetadata', 'videoMetadata']);

/** Code that Google ran, what came of it, and whatever else Google will invent. */
function otherBytes(part: unknown): number {
  if (!isObject(part)) return 0;
  let bytes = 0;
  for (const [name, value] of Object.entries(part)) {
    if (value !== null && !aboutOthers.has(toCamel(name))) bytes += Buffer.byteLength(JSON.stringify(value));
  }
  return bytes;
}
