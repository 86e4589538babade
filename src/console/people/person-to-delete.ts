import { openPeople, type PeopleStore } from '#store/people/people-store.ts';
import { Letters } from './letters.ts';
import { PersonBook } from './person-book.ts';
import { PersonVault } from './person-vault.ts';

type Place = { readonly dataDir: string; readonly databaseUrl: string | undefined; readonly pepper: Uint8Array };

/** By what the saga finds everything of a person. */
export type PersonToDelete = {
  /** Of people.db. */
  readonly person: string;
  readonly pseudonym: string;
  /** The keyed hash under which invitations have the address. */
  readonly address: string;
};

/** Undefined: nobody has an account with this address. */
export async function personToDelete(
  { pepper, ...place }: Place,
  email: string,
): Promise<(PersonToDelete & { endSessions(): Promise<void> }) | undefined> {
  const vault = new PersonVault(pepper);
  const found = await withStore(place, (store) => new PersonBook(store, vault).byEmail(email));
  if (!found) return undefined;
  const endSessions = async () =>
    void (await withStore(place, (store) => new PersonBook(store, vault).endSessions(found.key, { allBut: '' })));
  return { ...toDelete(found, new Letters(vault)), endSessions };
}

export function toDelete(
  { key, id, email }: { readonly key: string; readonly id: string; readonly email: string },
  letters: Letters,
): PersonToDelete {
  return { person: key, pseudonym: id, address: letters.addressHash(email) };
}

async function withStore<Value>(
  place: Omit<Place, 'pepper'>,
  use: (store: PeopleStore) => Promise<Value>,
): Promise<Value> {
  const store = await openPeople(place);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
