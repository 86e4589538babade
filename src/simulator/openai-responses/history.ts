import { isRecord, type JsonRecord } from '../json-value.ts';
import type { Refusal } from '../trouble.ts';
import { typeOfItem } from './items.ts';
import { foreignReasoning, unknownItem, wrongInput } from './refusals.ts';
import { isSealedHere } from './sealed-reasoning.ts';

// What the items of a conversation must be to one another.

type FindItem = (id: string) => JsonRecord | undefined;

/** `earlier` is what OpenAI kept itself and so needs no proof of; `said` comes from the caller. */
export function findWrongHistory(history: {
  readonly earlier: readonly JsonRecord[];
  readonly said: readonly JsonRecord[];
  readonly findItem: FindItem;
}): Refusal | undefined {
  const { earlier, said, findItem } = history;
  const all = [...earlier, ...said];
  return findTwin(all) ?? findForeignReasoning(said, findItem) ?? findLoneReasoning(said) ?? findLoneCall(all);
}

function findTwin(items: readonly JsonRecord[]): Refusal | undefined {
  const seen = new Set<unknown>();
  for (const { id } of items) {
    if (typeof id !== 'string') continue;
    if (seen.has(id)) {
      return wrongInput(`Duplicate item found with id ${id}. Remove duplicate items from your input and try again.`);
    }
    seen.add(id);
  }
  return undefined;
}

function findForeignReasoning(items: readonly JsonRecord[], findItem: FindItem): Refusal | undefined {
  for (const item of items) {
    if (item.type !== 'reasoning') continue;
    const { id, encrypted_content: sealed } = item;
    if (typeof sealed === 'string') {
      if (!isSealedHere(sealed)) return foreignReasoning(typeof id === 'string' ? id : shorten(sealed));
    } else if (typeof id === 'string' && findItem(id) === undefined) return unknownItem(id);
  }
  return undefined;
}

function shorten(sealed: string): string {
  return `${sealed.slice(0, 4)}...${sealed.slice(-4)}`;
}

/** Reasoning leads to something: an answer or a call comes right after it. */
function findLoneReasoning(items: readonly JsonRecord[]): Refusal | undefined {
  for (const [index, item] of items.entries()) {
    if (item.type !== 'reasoning') continue;
    const next = items[index + 1];
    const follows = next !== undefined && (next.type === 'reasoning' || isSaidByModel(next));
    if (follows) continue;
    const name = typeof item.id === 'string' ? `'${item.id}' ` : '';
    return wrongInput(`Item ${name}of type 'reasoning' was provided without its required following item.`);
  }
  return undefined;
}

function isSaidByModel(item: JsonRecord): boolean {
  const type = typeOfItem(item);
  return type === 'message' ? item.role === 'assistant' : typeof type === 'string' && type.endsWith('_call');
}

const pairs = [
  { call: 'function_call', output: 'function_call_output', words: 'function call' },
  { call: 'custom_tool_call', output: 'custom_tool_call_output', words: 'custom tool call' },
] as const;

/** Each call with its output behind it, each output with its call before it. */
function findLoneCall(items: readonly JsonRecord[]): Refusal | undefined {
  for (const { call, output, words } of pairs) {
    const open = new Set<unknown>();
    const known = new Set<unknown>();
    for (const item of items) {
      if (item.type === call) {
        open.add(item.call_id);
        known.add(item.call_id);
      }
      if (item.type !== output) continue;
      if (!known.has(item.call_id)) {
        return wrongInput(`No tool call found for ${words} output with call_id ${item.call_id}.`);
      }
      open.delete(item.call_id);
    }
    const [unanswered] = open;
    if (unanswered !== undefined) return wrongInput(`No tool output found for ${words} ${unanswered}.`);
  }
  return undefined;
}

/** `item_reference` stands for an item that was stored. */
export function resolveReferences(items: readonly JsonRecord[], findItem: FindItem): readonly JsonRecord[] | Refusal {
  const resolved: JsonRecord[] = [];
  for (const item of items) {
    const id = item.type === 'item_reference' ? String(item.id) : undefined;
    const found = id === undefined ? item : findItem(id);
    if (found === undefined) return unknownItem(String(id));
    resolved.push(found);
  }
  return resolved;
}

export function isRecords(items: readonly unknown[]): items is readonly JsonRecord[] {
  return items.every(isRecord);
}
