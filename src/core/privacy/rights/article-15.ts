import { activities } from '../activities.ts';
import { columnInventory } from '../column-inventory.ts';
import type { DataClass } from '../data-class.ts';
import { peopleInventory } from '../people-inventory.ts';
import { wordsOfTable } from './table-words.ts';

/** One kind of data about a person: where, what for, how long. */
export type HeldKind = {
  readonly table: string;
  readonly what: string;
  readonly categories: readonly DataClass['category'][];
  readonly purposes: readonly string[];
  readonly kept: readonly string[];
  readonly rows: number;
};

export const keptWords: Readonly<Record<DataClass['retention'], string>> = {
  life: 'as long as what it describes',
  books: 'as long as law wants invoices kept',
  'a-year': 'a year',
  '90-days': '90 days',
  'two-weeks': 'two weeks',
  'a-day': 'a day',
  'until-posted': 'until it is posted, some seconds',
  'three-versions': '30 days, three copies at most',
  'last-100000': 'the last 100,000 of them',
};

/** What a person gets of a table, by the inventory alone; undefined: nothing. */
export function heldKindOf(table: string, rows: number): HeldKind | undefined {
  const columns = Object.values({ ...peopleInventory[table], ...columnInventory[table] }).filter(
    ({ exportable }) => exportable,
  );
  if (columns.length === 0) return undefined;
  const each = <Value>(read: (of: DataClass) => Value): readonly Value[] => [...new Set(columns.map(read))];
  return {
    table,
    what: wordsOfTable(table),
    categories: each(({ category }) => category),
    purposes: each(({ purpose }) => activities[purpose].says),
    kept: each(({ retention }) => keptWords[retention]),
    rows,
  };
}
