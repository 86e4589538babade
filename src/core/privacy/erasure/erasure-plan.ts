import { columnInventory } from '../column-inventory.ts';
import type { DataClass } from '../data-class.ts';
import { peopleInventory } from '../people-inventory.ts';

// What goes when somebody goes, made from the inventory: a new column that is erasable is in a step, or in none and the tests say so.

export type ErasedSubject = 'person' | 'workspace';

/** A table of which rows go, and by which of its columns they are found. */
export type ErasureTable = {
  readonly place: 'main' | 'people';
  readonly table: string;
  readonly links: readonly Link[];
  /** `blank`: the row stays, since books refer to it or it is counted, and tells nothing of its subject any more. */
  readonly action: 'delete' | 'blank';
};

/** How a row names its subject: by the subject itself, or by something that is the subject's. */
export type Link = (typeof workspaceLinks)[number] | (typeof personLinks)[number] | SpecialLink;

type SpecialLink = 'id' | 'asked' | 'expired' | 'end_user' | 'restricted' | 'restricted_person';

const workspaceLinks = ['workspace', 'owner', 'key', 'allowance', 'rate', 'operation', 'inspection'] as const;
const personLinks = ['person', 'invited_by', 'email_hash', 'copy'] as const;

type Tables = Readonly<Record<string, Readonly<Record<string, DataClass>>>>;

type Found = { readonly links: readonly Link[]; readonly action: ErasureTable['action'] };

/** What is found in another way than by a column that names its subject, or stays without naming it. */
const special: Readonly<Record<ErasedSubject, Readonly<Record<string, Found>>>> = {
  workspace: {
    'main.workspace': { links: ['id'], action: 'blank' },
    // Those of its end users; what authorities asked stays in its register.
    'main.privacy_case': { links: ['end_user'], action: 'blank' },
    'main.restriction': { links: ['restricted'], action: 'delete' },
  },
  person: {
    'people.person': { links: ['id'], action: 'delete' },
    // What a link or a code stands for is sealed, and names nobody: it goes when it is over, which is within the hour.
    'people.proof': { links: ['expired'], action: 'delete' },
    // That somebody asked goes on counting.
    'main.privacy_case': { links: ['asked'], action: 'blank' },
    'main.restriction': { links: ['restricted_person'], action: 'delete' },
  },
};

/** The tables of which something goes with this subject. */
export function erasurePlan(subject: ErasedSubject): readonly ErasureTable[] {
  return subject === 'workspace' ? ofWorkspace() : ofPerson();
}

function ofWorkspace(): readonly ErasureTable[] {
  return Object.entries(columnInventory).flatMap(([table, columns]): readonly ErasureTable[] => {
    if (!isErasable(columns, ({ subject }) => subject !== 'operator')) return [];
    const known = special.workspace[`main.${table}`];
    if (known) return [{ place: 'main', table, ...known }];
    const link = workspaceLinks.find((each) => each in columns);
    return link === undefined ? [] : [{ place: 'main', table, links: [link], action: 'delete' }];
  });
}

function ofPerson(): readonly ErasureTable[] {
  return [...tablesOfPerson('people', peopleInventory), ...tablesOfPerson('main', columnInventory)];
}

function tablesOfPerson(place: ErasureTable['place'], tables: Tables): readonly ErasureTable[] {
  return Object.entries(tables).flatMap(([table, columns]): readonly ErasureTable[] => {
    if (!isErasable(columns, ({ subject }) => subject === 'person')) return [];
    const known = special.person[`${place}.${table}`];
    if (known) return [{ place, table, ...known }];
    const links = personLinks.filter((each) => each in columns);
    return links.length === 0 ? [] : [{ place, table, links, action: 'delete' }];
  });
}

/** Columns that should go with somebody, and that no step reaches: as `table.column`. */
export function unreached(): readonly string[] {
  const reached = new Set(
    [...erasurePlan('workspace'), ...erasurePlan('person')].map(({ place, table }) => `${place} ${table}`),
  );
  const missed = (place: ErasureTable['place'], tables: Tables): readonly string[] =>
    Object.entries(tables).flatMap(([table, columns]) =>
      reached.has(`${place} ${table}`)
        ? []
        : Object.entries(columns)
            .filter(([, { erasable, subject }]) => erasable && subject !== 'operator')
            .map(([column]) => `${table}.${column}`),
    );
  return [...missed('main', columnInventory), ...missed('people', peopleInventory)];
}

function isErasable(columns: Readonly<Record<string, DataClass>>, isOf: (as: DataClass) => boolean): boolean {
  return Object.values(columns).some((as) => as.erasable && isOf(as));
}
