import type { ErasureTable } from '#core/privacy/erasure/erasure-plan.ts';
import { tablesOf } from '../copy/table-list.ts';
import type { ErasedIds } from '../erasure-store.ts';
import type { StorePlace } from '../open-store.ts';
import { countLeft, eraseSome } from '../sql/erase-rows.ts';
import { text, whole } from '../sql/read-row.ts';
import { peopleMigrations } from './people-migrations.ts';
import { hasPeople, migratePeople, openPeopleEngine } from './people-store.ts';

/** What the deletion of a person does in people.db, on a connection of its own for as long as it takes. */
export type PeopleErasure = {
  /** At most so many rows; gives how many went. */
  erase(table: ErasureTable, ids: ErasedIds, ask: { readonly max: number; readonly now: number }): Promise<number>;
  left(table: ErasureTable, ids: ErasedIds, now: number): Promise<number>;
  /** Everybody's id. */
  persons(): Promise<readonly string[]>;
  pseudonymOf(person: string): Promise<string | undefined>;
  /** Links and codes that were made by then, whoever they are for. */
  proofsMadeBy(instant: number): Promise<number>;
  /** Workspaces whose daily limits come from a wallet of this person. */
  backedBy(person: string): Promise<readonly string[]>;
  scrub(): Promise<boolean>;
  close(): Promise<void>;
};

/** Undefined: nobody ever signed in here. */
export async function openPeopleErasure(place: StorePlace): Promise<PeopleErasure | undefined> {
  if (!hasPeople(place)) return undefined;
  const opened = await openPeopleEngine(place);
  const { database, engine, scrub } = opened;
  try {
    await migratePeople(opened, peopleMigrations.length);
    const shapes = await tablesOf(database, engine);
    return {
      async erase(table, ids, { max, now }) {
        const shape = shapes.find(({ name }) => name === table.table);
        if (!shape) throw new Error(`there is no table ${table.table}`);
        return await eraseSome(database, { table, ids, now }, shape, max);
      },
      left: (table, ids, now) => countLeft(database, { table, ids, now }),
      async persons() {
        return (await database.all('select id from person order by id')).map((row) => text(row, 'id'));
      },
      async pseudonymOf(id) {
        const row = await database.one('select actor from person where id = :id', { id });
        return row && text(row, 'actor');
      },
      async proofsMadeBy(instant) {
        const row = await database.one('select count(*) as made from proof where created_at <= :instant', { instant });
        return whole(row ?? {}, 'made');
      },
      async backedBy(person) {
        const rows = await database.all('select workspace from backing_wallet where person = :person', { person });
        return rows.map((row) => text(row, 'workspace'));
      },
      scrub,
      close: () => database.close(),
    };
  } catch (thrown) {
    await database.close();
    throw thrown;
  }
}

/** People's keys as they are, sealed: by the person's id. What a backup must not hold, and a copy beside it does. */
export async function readPersonKeys(place: StorePlace): Promise<Readonly<Record<string, string>>> {
  if (!hasPeople(place)) return {};
  const opened = await openPeopleEngine(place);
  try {
    await migratePeople(opened, peopleMigrations.length);
    const rows = await opened.database.all('select person, sealed from person_key order by person');
    return Object.fromEntries(rows.map((row) => [text(row, 'person'), text(row, 'sealed')]));
  } finally {
    await opened.database.close();
  }
}

/** Gives a restored database the keys of those who are in it; gives how many of them have none any more. */
export async function addPersonKeys(place: StorePlace, keys: Readonly<Record<string, string>>): Promise<number> {
  if (!hasPeople(place)) return 0;
  const { database } = await openPeopleEngine(place);
  try {
    return await database.transaction(async (sql) => {
      let without = 0;
      for (const row of await sql.all('select id from person order by id')) {
        const person = text(row, 'id');
        const sealed = keys[person];
        if (sealed === undefined) without += 1;
        else {
          await sql.run(
            'insert into person_key (person, sealed) values (:person, :sealed) on conflict (person) do nothing',
            { person, sealed },
          );
        }
      }
      return without;
    });
  } finally {
    await database.close();
  }
}
