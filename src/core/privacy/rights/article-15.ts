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
/** Where data comes from, and what a person may ask: Article 15(1)(e) to (h). */
export const rightsFacts = {
  sources: [
    'you: what you wrote when you made the account and afterwards',
    'your programs: which model they asked, when, and what it used; never what they wrote or were answered',
    'whoever invited you to a workspace: your e-mail address and a role',
    'payment and sign-in providers, where you use them: an id, and whether a payment or sign-in succeeded',
  ],
  rights: [
    'a copy of this: on the page Privacy, once a day',
    'correction: of the name at once, of the e-mail address with proof',
    'deletion: on the page Privacy; what law wants kept is named then',
    'restriction: everything stops but storing, security and legal claims, until you lift it',
    'objection to what rests on a legitimate interest, and to statistics',
    'portability: the files here are JSON Lines and CSV, with their hashes',
    'a complaint to the data protection authority of where you live or work',
  ],
  automated_decisions:
    'A key may be slowed down or stopped by rule when its use is unusual; a person decides when you ask for that. Nothing else is decided by machine alone.',
} as const;
