import { Content } from '#core/generation/content.ts';
import type { DroppableField } from '#core/generation/dropped.ts';
import type { ForeignField } from '#core/generation/request.ts';
import { isObject } from '../json-value.ts';
import { toCamel } from './field-names.ts';
import type { Losses } from './losses.ts';

/** What becomes of a field: it is `known` to the neutral form, or it is kept for Google under the word of its loss. */
export type FieldTable = Readonly<Record<string, 'known' | DroppableField>>;

export type Keep = { readonly losses: Losses; readonly foreign: ForeignField[] };

/** Keeps what only Google can read; a field that stands in no table is the caller's own invention, or Google's newest. */
export function keepForeign(value: unknown, path: string, table: FieldTable, { losses, foreign }: Keep): void {
  if (!isObject(value)) return;
  for (const [key, member] of Object.entries(value)) {
    const name = toCamel(key);
    const fate = Object.hasOwn(table, name) ? table[name] : undefined;
    if (fate === 'known' || member === null) continue;
    if (fate === undefined) losses.add('unknown_field');
    else foreign.push({ family: 'google', loss: fate, field: `${path}${name}`, value: Content.ofJson(member) });
  }
}
