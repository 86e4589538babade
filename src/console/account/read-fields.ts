import { Buffer } from 'node:buffer';
import { parseForeignObject } from '#core/protocol/json-value.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The body of a request as an object; undefined where it is none. */
export function readFields(bytes: ArrayBuffer | Uint8Array): Fields | undefined {
  const value = parseForeignObject(bytes instanceof Uint8Array ? bytes : Buffer.from(bytes));
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}
