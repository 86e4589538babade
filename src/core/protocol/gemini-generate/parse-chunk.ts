import { scanJsonObject } from '../json-scan.ts';
import { isObject, type JsonObject, parseForeignObject, utf8Of } from '../json-value.ts';

/** One chunk of a stream; `nothing` for an event that holds none, `undefined` for what is no JSON object. */
export function parseChunk(data: Uint8Array | null): JsonObject | 'nothing' | undefined {
  return data === null || isNothing(data) ? 'nothing' : parseForeignObject(data);
}

const noFields: ReadonlySet<string> = new Set();
/** As in `parseForeignObject`: JSON.parse must not meet deep nesting. */
const depthMax = 256;
const harmlessBytes = 8 * 1024;

/** The same for somebody who only measures: numbers may be rounded, which is twice as fast on signed chunks. */
export function parseToMeasure(data: Uint8Array | null): JsonObject | 'nothing' | undefined {
  if (data === null || isNothing(data)) return 'nothing';
  if (data.length > harmlessBytes && !scanJsonObject(data, noFields, depthMax).ok) return undefined;
  try {
    const value: unknown = JSON.parse(utf8Of(data));
    return isObject(value) ? value : undefined;
  } catch {
    return parseForeignObject(data);
  }
}

function isNothing(data: Uint8Array): boolean {
  // Google never says `[DONE]`; programs in between that speak OpenAI's dialect too sometimes do.
  return data.length === 0 || (data[0] === 0x5b && utf8Of(data.subarray(0, 7)).trim() === '[DONE]');
}
