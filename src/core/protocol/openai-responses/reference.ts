import { type FieldSpan, scanNested } from '../json-scan.ts';
import { nestedText } from './json-list.ts';

const itemFields: ReadonlySet<string> = new Set(['type', 'id', 'role']);

/** The id of a stored item that an item of the input only names; undefined when it is an item itself. */
export function referenceOf(body: Uint8Array, item: FieldSpan): string | undefined {
  const fields = scanNested(body, item, itemFields);
  const type = nestedText(body, fields, 'type');
  const isReference = type === 'item_reference' || (type === undefined && !fields.has('role'));
  return isReference ? (nestedText(body, fields, 'id') ?? '') : undefined;
}

/**
 * Reasoning that was never stored, since nobody asked for it: programs that take storing for granted name it all the
 * same. Without it the conversation is still whole.
 */
export function isReasoningId(id: string): boolean {
  return id.startsWith('rs_');
}
