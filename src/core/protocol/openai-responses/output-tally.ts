import { Buffer } from 'node:buffer';
import { fieldOf, isObject, listOf, textOf } from '../json-value.ts';

/**
 * Counts the UTF-8 bytes of a stream's output, each once. The same text may come in deltas, in a `done`, in the finished
 * item and in the terminal snapshot, or in any one of them alone.
 */
export class OutputTally {
  readonly #texts = new Map<string, number>();
  readonly #items = new Map<number, number>();
  #all = 0;

  /** A piece of a text that has not been told before. */
  addDelta(item: number, text: string, bytes: number): number {
    const key = `${item}/${text}`;
    this.#texts.set(key, (this.#texts.get(key) ?? 0) + bytes);
    this.#items.set(item, (this.#items.get(item) ?? 0) + bytes);
    this.#all += bytes;
    return bytes;
  }

  /** A whole text; gives what of it is new. */
  addText(item: number, text: string, bytes: number): number {
    return this.addDelta(item, text, Math.max(0, bytes - (this.#texts.get(`${item}/${text}`) ?? 0)));
  }

  /** A whole item; gives what of it is new. */
  addItem(index: number, item: unknown): number {
    const counted = this.#items.get(index) ?? 0;
    const added = Math.max(0, itemBytes(item) - counted);
    this.#items.set(index, counted + added);
    this.#all += added;
    return added;
  }

  /** All items there are; gives what of them is new. */
  addOutput(output: unknown): number {
    const added = Math.max(0, outputBytes(output) - this.#all);
    this.#all += added;
    return added;
  }
}

export function outputBytes(output: unknown): number {
  return listOf(output).reduce<number>((sum, item) => sum + itemBytes(item), 0);
}

/** Texts, reasoning, tool names and arguments, code of hosted tools, images. Not what a hosted tool has found. */
function itemBytes(item: unknown): number {
  let bytes = 0;
  for (const list of ['content', 'summary'] as const) {
    for (const part of listOf(fieldOf(item, list))) bytes += bytesOf(part, 'text') + bytesOf(part, 'refusal');
  }
  for (const name of ['name', 'arguments', 'input', 'code', 'result'] as const) bytes += bytesOf(item, name);
  switch (fieldOf(item, 'type')) {
    case 'apply_patch_call':
      return bytes + bytesOf(fieldOf(item, 'operation'), 'diff') + bytesOf(fieldOf(item, 'operation'), 'path');
    case 'compaction':
      return bytes + bytesOf(item, 'encrypted_content');
    default: {
      // What a shell shall run, what shall be searched for.
      const action = fieldOf(item, 'action');
      return isObject(action) ? bytes + Buffer.byteLength(JSON.stringify(action)) : bytes;
    }
  }
}

function bytesOf(value: unknown, name: string): number {
  const text = textOf(fieldOf(value, name));
  return text === undefined ? 0 : Buffer.byteLength(text);
}
