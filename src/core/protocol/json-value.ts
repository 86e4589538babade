import { Buffer } from 'node:buffer';
import { scanJsonObject } from './json-scan.ts';

// Reading what JSON.parse gave, without trusting any of it. Own properties alone: `__proto__` is a name like others.

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !rawJson.isRawJSON(value);
}

export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as JsonObject)[name]
    : undefined;
}

const noItems: readonly unknown[] = [];

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : noItems;
}

/** The text, or undefined when it is none. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  if (rawJson.isRawJSON(value)) return Number(value.rawJSON);
  return typeof value === 'number' ? value : undefined;
}

export function flagOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

const noFields: ReadonlySet<string> = new Set();
/** Replies nest far less, and JSON.parse of Node 26 corrupts its heap at some ten thousand: docs/decisions/0005. */
const depthMax = 256;
/** So short a text cannot nest deep enough to hurt. */
const harmlessBytes = 8 * 1024;

/** An upstream's JSON object, or undefined when it is none. */
export function parseForeignObject(bytes: Uint8Array): JsonObject | undefined {
  if (bytes.length > harmlessBytes && !scanJsonObject(bytes, noFields, depthMax).ok) return undefined;
  try {
    const value = parseKeeping(withoutMark(utf8Of(bytes)));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The same for who only looks at it: its numbers are as JavaScript rounds them, and must not be written again. */
export function parseForeignRounded(bytes: Uint8Array): JsonObject | undefined {
  if (bytes.length > harmlessBytes && !scanJsonObject(bytes, noFields, depthMax).ok) return undefined;
  try {
    const value: unknown = JSON.parse(withoutMark(utf8Of(bytes)));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** A caller's body that a scan has judged. */
export function parseJudged(bytes: Uint8Array): unknown {
  return parseKeeping(withoutMark(utf8Of(bytes)));
}

/**
 * `JSON.parse` that keeps each number as it was written: an id of 20 digits in a tool's arguments stays that id. A
 * number that JavaScript cannot hold becomes a raw JSON value, which `JSON.stringify` writes as it stood. For a text
 * that nobody has judged; throws a SyntaxError when it is no JSON, and also when it nests deeper than replies do.
 */
export function parseLossless(text: string): unknown {
  if (text.length > harmlessBytes && nestsTooDeep(text)) throw new SyntaxError('nested too deep');
  return parseKeeping(text);
}

/** Numbers that JavaScript would round or turn into Infinity: 16 digits and more, or a large exponent. */
const delicateNumber = /[\d.]{16}|\d[eE][+-]?\d{2}/;

function parseKeeping(text: string): unknown {
  if (!delicateNumber.test(text)) return JSON.parse(text);
  return rawJson.parse(text, keepNumber);
}

type Source = { readonly source?: string };

function keepNumber(_key: string, value: unknown, context: Source): unknown {
  if (typeof value !== 'number' || context.source === undefined || String(value) === context.source) return value;
  return rawJson.rawJSON(context.source);
}

/** Counts brackets outside of strings; of a text that is no JSON it may say anything, for the parser refuses that. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  let isString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (isString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) isString = false;
    } else if (c === 0x22) isString = true;
    else if (c === 0x5b || c === 0x7b) {
      if (++depth > depthMax) return true;
    } else if (c === 0x5d || c === 0x7d) depth--;
  }
  return false;
}

// ES2026; TypeScript's library does not know it yet.
const rawJson = JSON as unknown as {
  parse(text: string, revive: (key: string, value: unknown, context: Source) => unknown): unknown;
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): value is { readonly rawJSON: string };
};

export function utf8Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
