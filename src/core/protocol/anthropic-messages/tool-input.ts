import { Buffer } from 'node:buffer';
import type { ToolCallPart } from '#core/generation/parts.ts';
import { type JsonObject, parseForeignObject } from '../json-value.ts';

/** The dialect's arguments are an object: none is an empty one, and what is no object is wrapped in one. */
export function toolInputOf({ form, input }: Pick<ToolCallPart, 'form' | 'input'>): JsonObject {
  const text = input.revealText('translate');
  if (form === 'custom') return { input: text };
  if (text.trim() === '') return {};
  return parseForeignObject(Buffer.from(text, 'utf8')) ?? { input: text };
}
