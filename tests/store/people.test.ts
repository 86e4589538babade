import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { PasswordHashes } from '#console/people/password-hash.ts';
import { PersonVault } from '#console/people/person-vault.ts';
import { signInLibrary } from '#console/people/sign-in-library.ts';
import { peopleInventory } from '#core/privacy/people-inventory.ts';
import { openPeople } from '#store/people/people-store.ts';
import { freshPlace, onBoth, type Place } from './store-under-test.ts';

const ada = { name: 'Ada', email: 'ada@example.org', password: 'lantern on the pier' } as const;

onBoth('every column of people.db is classified, and nothing is that is no column', async (t) => {
  const place = await freshPlace(t);
  const store = await openPeople(place);
  t.after(() => store.close());

  const found = (await columnsOf(place)).sort();

  const classified = Object.entries(peopleInventory).flatMap(([table, columns]) =>
    Object.keys(columns).map((column) => `${table}.${column}`),
  );
  assert.deepEqual(found, classified.sort());
});

onBoth('who signs up can sign in, with one account for an address however it is written', async (t) => {
  const library = await libraryAt(t, await freshPlace(t));
  const headers = new Headers();

  const made = await library.api.signUpEmail({ body: ada, headers });
  const entered = await library.api.signInEmail({ body: { ...ada, email: 'ADA@Example.org' }, headers });
  const twice = await library.api.signUpEmail({ body: { ...ada, name: 'Eve' }, headers, asResponse: true });
  const wrong = await library.api.signInEmail({ body: { ...ada, password: 'another one' }, headers, asResponse: true });

  assert.equal(entered.user.id, made.user.id);
  assert.deepEqual([entered.user.name, entered.user.email], [ada.name, ada.email]);
  assert.deepEqual([twice.status, wrong.status], [422, 401]);
});

onBoth('what is sealed for one person opens for no other, and for nobody once its key is gone', async (t) => {
  const place = await freshPlace(t);
  const store = await openPeople(place);
  t.after(() => store.close());
  const vault = new PersonVault(randomBytes(32));
  const [mine, theirs] = [vault.newKey('a'), vault.newKey('b')];
  const sealed = vault.sealFor('a', { sealedKey: mine, field: 'email', text: ada.email });

  assert.equal(vault.openFor('a', { sealedKey: mine, field: 'email', sealed }), ada.email);
  assert.throws(() => vault.openFor('b', { sealedKey: theirs, field: 'email', sealed }));
  assert.throws(() => vault.openFor('a', { sealedKey: mine, field: 'name', sealed }));
  assert.throws(() => vault.openFor('a', { sealedKey: theirs, field: 'email', sealed }));
  assert.throws(() => new PersonVault(randomBytes(32)).openFor('a', { sealedKey: mine, field: 'email', sealed }));
});

onBoth(
  'of two that use one recovery code at once one changes the list; the 51st session ends the oldest',
  async (t) => {
    const library = await libraryAt(t, await freshPlace(t));
    const { user } = await library.api.signUpEmail({ body: ada, headers: new Headers() });
    const { adapter, internalAdapter } = await library.$context;
    const data = { userId: user.id, secret: 'sealed', backupCodes: 'one,two', verified: true };
    await adapter.create({ model: 'twoFactor', data });
    const where = [
      { field: 'userId', value: user.id },
      { field: 'backupCodes', value: 'one,two' },
    ];

    const take = (backupCodes: string) => adapter.updateMany({ model: 'twoFactor', where, update: { backupCodes } });
    const changed = await Promise.all([take('two'), take('one')]);
    for (let index = 0; index < 52; index += 1) await internalAdapter.createSession(user.id);

    assert.deepEqual(changed.sort(), [0, 1]);
    const sessions = await adapter.findMany({
      model: 'session',
      where: [{ field: 'userId', value: user.id }],
      limit: 99,
    });
    assert.equal(sessions.length, 50);
  },
);

async function libraryAt(t: { after(last: () => unknown): unknown }, place: Place) {
  const store = await openPeople(place);
  t.after(() => store.close());
  const vault = new PersonVault(randomBytes(32));
  const newActor = () => `act_${randomBytes(8).toString('hex')}`;
  return signInLibrary({
    store,
    vault,
    hashes: new PasswordHashes(),
    now: Date.now,
    newActor,
    isSecure: false,
    tells: true,
    write: async () => {},
  });
}

async function columnsOf({ dataDir, databaseUrl }: Place): Promise<string[]> {
  if (databaseUrl === undefined) {
    using eye = new DatabaseSync(join(dataDir, 'people.db'), { readOnly: true });
    const rows = eye
      .prepare(
        `select t.name as owner, c.name as name from sqlite_schema t join pragma_table_info(t.name) c
          where t.type = 'table' and t.name not like 'sqlite_%'`,
      )
      .all();
    return rows.map(({ owner, name }) => `${String(owner)}.${String(name)}`);
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query(
    `select table_name as owner, column_name as name from information_schema.columns where table_schema = 'people'`,
  );
  await client.end();
  return rows.map(({ owner, name }: { owner: string; name: string }) => `${owner}.${name}`);
}
