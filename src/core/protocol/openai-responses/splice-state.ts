import { type FieldSpan, scanNested } from '../json-scan.ts';
import { isForeignState } from '../sealed-state.ts';
import { listItems, nestedText } from './json-list.ts';
import { isReasoningId, referenceOf } from './reference.ts';

type Cut = { readonly start: number; readonly end: number; readonly text: '' };

const stateField: ReadonlySet<string> = new Set(['encrypted_content']);

/**
 * Takes each item out whose state is another family's, and each that only names reasoning which was never stored. The whole item: without its state this API looks for it among
 * stored ones, and finds none.
 */
export function uselessItemCuts(
  body: Uint8Array,
  input: { readonly start: number; readonly end: number } | undefined,
): readonly Cut[] {
  if (!input || body[input.start] !== 0x5b) return [];
  const items = listItems(body, { kind: 'array', keyStart: input.start, ...input });
  const isCut = items.map((item) => isForeign(body, item) || isLost(body, item));
  const lastKept = isCut.lastIndexOf(false);
  const cuts: Cut[] = [];
  for (const [i, item] of items.entries()) {
    const next = items[i + 1];
    // Up to the next item, so that its comma goes too; what stands last takes the comma before it.
    if (isCut[i] && i < lastKept && next) cuts.push({ start: item.start, end: next.start, text: '' });
  }
  const last = items.at(-1);
  const first = items[lastKept + 1];
  if (last && first) cuts.push({ start: items[lastKept]?.end ?? first.start, end: last.end, text: '' });
  return cuts;
}

function isLost(body: Uint8Array, item: FieldSpan): boolean {
  const id = referenceOf(body, item);
  return id !== undefined && isReasoningId(id);
}

function isForeign(body: Uint8Array, item: FieldSpan): boolean {
  const state = nestedText(body, scanNested(body, item, stateField), 'encrypted_content');
  return state !== undefined && isForeignState(state, 'openai');
}
