// Passkeys: what a device signs is believed once, for its own person, at this site; on both engines.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Challenges } from '#console/identity/challenges.ts';
import { Passkeys } from '#console/identity/passkeys.ts';
import { PersonBook } from '#console/people/person-book.ts';
import { PersonVault } from '#console/people/person-vault.ts';
import { openPeople, type PeopleStore } from '#store/people/people-store.ts';
import { freshPlace, onBoth, type Place } from '../store/store-under-test.ts';
import { Authenticator } from '../support/authenticator.ts';

const site = { origin: 'https://ai.example.org', isSecure: true };
const options = (given: object) => given as { challenge: string; rp: { id: string }; rpId: string };

onBoth('a passkey signs its person in, and nothing of it lies in the open', async (t) => {
  const { passkeys, ada, store } = await atSea(t);
  const device = new Authenticator(site.origin);

  const made = await passkeys.add(ada.person, site, {
    name: 'lighthouse telephone',
    response: device.make(options(await passkeys.beginAdd(ada, site))),
  });
  const entered = await passkeys.use(site, device.sign(options(await passkeys.beginUse(site))));

  assert.equal(entered, ada.person);
  const [listed] = await passkeys.list(ada.person);
  assert.deepEqual([listed?.id, listed?.name], [made?.id, 'lighthouse telephone']);
  assert.ok(listed?.usedAt !== undefined);
  const kept = (await store.find('passkey', [])).flatMap((row) => Object.values(row).map(String)).join(' ');
  assert.doesNotMatch(kept, new RegExp(`lighthouse|${device.id.toString('base64url')}`));
});

onBoth(
  'a signature is refused: used already, of another site, without a finger, for nothing that was asked',
  async (t) => {
    const { passkeys, ada } = await atSea(t);
    const device = new Authenticator(site.origin);
    const begun = options(await passkeys.beginAdd(ada, site));
    assert.ok(await passkeys.add(ada.person, site, { name: 'a', response: device.make(begun) }));
    const ask = async () => options(await passkeys.beginUse(site));

    device.isCounting = false;
    const once = device.sign(await ask());
    assert.equal(await passkeys.use(site, once), ada.person);
    assert.equal(await passkeys.use(site, once), undefined, 'a signature opens twice');
    for (const lies of [{ origin: 'https://evil.example.org' }, { rpId: 'evil.example.org' }, { isUnverified: true }]) {
      assert.equal(await passkeys.use(site, device.sign(await ask(), lies)), undefined, JSON.stringify(lies));
    }
    const unasked = { ...(await ask()), challenge: randomBytes(32).toString('base64url') };
    assert.equal(await passkeys.use(site, device.sign(unasked)), undefined);
    const other = new Authenticator(site.origin);
    assert.equal(await passkeys.use(site, other.sign(await ask())), undefined, 'a device that nobody added');
    const stranger = Object.assign(device.sign(await ask()), { id: other.id.toString('base64url') });
    assert.equal(await passkeys.use(site, stranger), undefined);
    assert.equal(await passkeys.use(site, device.sign(await ask())), ada.person, 'the right one still works');
  },
);

onBoth('a copy of a device is found out by its count; what is removed opens nothing', async (t) => {
  const { passkeys, ada } = await atSea(t);
  const device = new Authenticator(site.origin);
  const begun = options(await passkeys.beginAdd(ada, site));
  const made = await passkeys.add(ada.person, site, { name: 'a', response: device.make(begun) });
  const use = async () => await passkeys.use(site, device.sign(options(await passkeys.beginUse(site))));
  assert.equal(await use(), ada.person);

  device.counter = 0;
  assert.equal(await use(), undefined);

  device.counter = 5;
  assert.equal(await use(), ada.person);
  assert.equal(await passkeys.remove('somebody else', made?.id ?? ''), false);
  assert.equal(await passkeys.remove(ada.person, made?.id ?? ''), true);
  assert.equal(await use(), undefined);
});

onBoth("a proof takes the person's own passkey, and a challenge that was given to that person", async (t) => {
  const { passkeys, ada, bo } = await atSea(t);
  const [hers, his] = [new Authenticator(site.origin), new Authenticator(site.origin)];
  for (const [who, device] of [
    [ada, hers],
    [bo, his],
  ] as const) {
    const response = device.make(options(await passkeys.beginAdd(who, site)));
    assert.ok(await passkeys.add(who.person, site, { name: who.name, response }));
  }

  const forAda = options(await passkeys.beginUse(site, ada.person));
  assert.equal(await passkeys.use(site, his.sign(forAda), ada.person), undefined);
  const forBo = options(await passkeys.beginUse(site, bo.person));
  assert.equal(await passkeys.use(site, hers.sign(forBo), ada.person), undefined, "another person's challenge");
  const again = options(await passkeys.beginUse(site, ada.person));
  assert.equal(await passkeys.use(site, hers.sign(again), ada.person), ada.person);
  const notHers = await passkeys.add(bo.person, site, {
    name: 'x',
    response: new Authenticator(site.origin).make(options(await passkeys.beginAdd(ada, site))),
  });
  assert.equal(notHers, undefined, 'made for another person');
});

onBoth('at an address of numbers nobody makes a passkey, and is told why', async (t) => {
  const { passkeys, ada } = await atSea(t);
  const numbers = { origin: 'http://127.0.0.1:8080', isSecure: false };

  assert.match(JSON.stringify(await passkeys.beginAdd(ada, numbers)), /localhost/);
  assert.match(JSON.stringify(await passkeys.beginUse(numbers)), /localhost/);
});

type Person = { person: string; name: string; email: string };

async function atSea(t: Parameters<Parameters<typeof onBoth>[1]>[0]) {
  const place: Place = await freshPlace(t);
  const store = await openPeople(place);
  t.after(() => store.close());
  const vault = new PersonVault(randomBytes(32));
  const shared = { store: async () => store, vault, now: Date.now };
  const book = async () => new PersonBook(store, vault);
  const passkeys = new Passkeys({ ...shared, book, challenges: new Challenges(shared) });
  const ada = await person(store, vault, 'ada');
  const bo = await person(store, vault, 'bo');
  return { passkeys, store, ada, bo };
}

async function person(store: PeopleStore, vault: PersonVault, name: string): Promise<Person> {
  const sealed = vault.newKey(name);
  await store.add('person_key', { person: name, sealed });
  const seal = (field: string, text: string) => vault.sealFor(name, { sealedKey: sealed, field, text });
  const email = `${name}@example.org`;
  const row = { id: name, actor: `per_${name}`, email_hash: vault.lookUp('person.email', email) };
  const at = { created_at: 1, changed_at: 1 };
  await store.add('person', { ...row, email: seal('email', email), name: seal('name', name), ...at });
  return { person: name, name, email };
}
