import { isRecord, type JsonRecord } from '../json-value.ts';
import type { Message } from '../prompt.ts';
import { countWords } from '../words.ts';
import { typeOfItem } from './items.ts';

// Framing of an item, and a picture or file in low detail: the same as in the Chat API.
const tokensPerItem = 3;
const tokensPerPicture = 85;

/** The conversation as the script sees it; instructions come first and are never part of the history. */
export function readMessages(instructions: unknown, items: readonly JsonRecord[]): Message[] {
  const system = typeof instructions === 'string' ? [writeMessage('system', [instructions])] : [];
  return [...system, ...items.map(readItem)];
}

function readItem(item: JsonRecord): Message {
  const type = typeOfItem(item);
  if (type === 'message') return writeMessage(String(item.role), readTexts(item.content));
  if (type === 'function_call_output' || type === 'custom_tool_call_output') {
    return writeMessage('tool', readTexts(item.output));
  }
  if (type === 'function_call') return countHidden([String(item.name), String(item.arguments)]);
  if (type === 'custom_tool_call') return countHidden([String(item.name), String(item.input)]);
  if (type === 'reasoning') return countHidden(readTexts(item.summary));
  return countHidden([]);
}

/** Counts, but is nothing that anyone said. */
function countHidden(texts: readonly (string | undefined)[]): Message {
  return { ...writeMessage('assistant', texts), text: '' };
}

function writeMessage(role: string, texts: readonly (string | undefined)[]): Message {
  const text = texts.filter((part) => part !== undefined).join('\n');
  const pictures = texts.filter((part) => part === undefined).length;
  return { role, text, tokens: countWords(text) + pictures * tokensPerPicture + tokensPerItem };
}

function readTexts(content: unknown): (string | undefined)[] {
  if (typeof content === 'string') return [content];
  return Array.isArray(content) ? content.map(readPartText) : [];
}

function readPartText(part: unknown): string | undefined {
  if (!isRecord(part)) return undefined;
  if (typeof part.text === 'string') return part.text;
  return typeof part.refusal === 'string' ? part.refusal : undefined;
}
