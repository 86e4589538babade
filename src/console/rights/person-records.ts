import { peopleInventory } from '#core/privacy/people-inventory.ts';
import type { PeopleStore, PeopleTable } from '#store/people/people-store.ts';
import type { PersonVault } from '../people/person-vault.ts';

export type PersonRow = Readonly<Record<string, string | number | null>>;

const rowsMax = 1_000;

/** What people.db has of one person, by the inventory: names and addresses opened for that person, secrets left out. */
export class PersonRecords {
  readonly #store: PeopleStore;
  readonly #vault: PersonVault;

  constructor(store: PeopleStore, vault: PersonVault) {
    this.#store = store;
    this.#vault = vault;
  }

  /** Tables that have something a person gets. */
  get tables(): readonly PeopleTable[] {
    return peopleTablesOf();
  }

  async rows(person: string, table: PeopleTable): Promise<readonly PersonRow[]> {
    const mine = { column: table === 'person' ? 'id' : 'person', is: 'eq', value: person, join: 'and' } as const;
    const found = await this.#store.find(table, [mine], { limit: rowsMax });
    const sealedKey = await this.#keyOf(person);
    return found.map((row) =>
      Object.fromEntries(
        exportable(table).map(([column, isSealed]) => [
          column,
          this.#shown({ person, sealedKey, column, isSealed }, row[column]),
        ]),
      ),
    );
  }

  #shown(
    { person, sealedKey, column, isSealed }: { person: string; sealedKey: string; column: string; isSealed: boolean },
    value: unknown,
  ): string | number | null {
    if (value === null || value === undefined) return null;
    if (typeof value === 'bigint') return Number(value);
    if (isSealed) return this.#vault.openFor(person, { sealedKey, field: column, sealed: String(value) });
    return typeof value === 'number' ? value : String(value);
  }

  async #keyOf(person: string): Promise<string> {
    const [row] = await this.#store.find('person_key', [{ column: 'person', is: 'eq', value: person, join: 'and' }]);
    return String(row?.sealed);
  }
}

function peopleTablesOf(): readonly PeopleTable[] {
  return Object.keys(peopleInventory).filter(
    // Names of the inventory are names of the schema: a test holds them together.
    (table): table is PeopleTable => exportable(table).length > 0,
  );
}

/** Columns, and whether they lie sealed: what people are called does. */
function exportable(table: string): readonly (readonly [column: string, isSealed: boolean])[] {
  return Object.entries(peopleInventory[table] ?? {})
    .filter(([, { exportable: isShown }]) => isShown)
    .map(([column, { category }]) => [column, category === 'name']);
}
