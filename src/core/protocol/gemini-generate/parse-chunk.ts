import { type JsonObject, parseForeignObject, utf8Of } from '../json-value.ts';

/** One chunk of a stream; `nothing` for an event that holds none, `undefined` for what is no JSON object. */
export function parseChunk(data: Uint8Array | null): JsonObject | 'nothing' | undefined {
  if (data === null || data.length === 0) return 'nothing';
  // Google never says this; programs in between that speak OpenAI's dialect too sometimes do.
  if (data[0] === 0x5b && utf8Of(data.subarray(0, 7)).trim() === '[DONE]') return 'nothing';
  return parseForeignObject(data);
}
