import { isObject, type JsonObject, parseLossless } from '../json-value.ts';

/** A call's input as the object that Google wants. What is no JSON object, free text above all, stands in one. */
export function argumentsOf(form: 'function' | 'custom', input: string): JsonObject {
  if (form === 'custom') return { input };
  if (input.trim() === '') return {};
  return parseObject(input) ?? { input };
}

/** Callers wrote this, and models: it may be anything, and as deep as it likes. */
export function parseObject(text: string): JsonObject | undefined {
  if (!/^\s*\{/.test(text) || (text.length > depthMax && depthOf(text) > depthMax)) return undefined;
  try {
    const value = parseLossless(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const depthMax = 256;

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (isInString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) isInString = false;
    } else if (c === 0x22) isInString = true;
    else if (c === 0x7b || c === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (c === 0x7d || c === 0x5d) depth--;
  }
  return deepest;
}
