import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { purgedBy, purgeFrom } from '#core/privacy/erasure/erasure-clock.ts';
import { ErasureJob } from '#keeper/erasure/erasure-job.ts';
import { writeKeyCopy } from '#keeper/erasure/key-copy.ts';
import { TombstoneMaker } from '#keeper/erasure/tombstones.ts';
import type { NewErasure } from '#store/erasure-store.ts';
import { openStore } from '#store/open-store.ts';
import { openPeople } from '#store/people/people-store.ts';
import type { Store } from '#store/store.ts';
import { type Seeded, seedEverywhere } from './erasure-seed.ts';
import { ask, ended, freshPlace, granted, newKey, noon, type Place } from './store-under-test.ts';

export const dayMs = 86_400_000;
const pepper = new Uint8Array(32).fill(7);

export type World = {
  readonly place: Place;
  readonly store: Store;
  readonly gone: Seeded;
  readonly stays: Seeded;
  readonly copy: string;
  at: number;
  job(store?: Store): ErasureJob;
};

export async function world(t: TestContext): Promise<World> {
  const place = await freshPlace(t);
  const world = { at: noon };
  const store = await openStore({ ...place, now: () => world.at });
  t.after(() => store.close());
  await (await openPeople(place)).close();
  assert.ok(await store.leases.keepAlive('g1', noon + 60_000));
  const gone = await inhabit(place, store, 'XGONEX');
  const stays = await inhabit(place, store, 'XSTAYSX');
  const copy = join(place.dataDir, 'keys-of-people.json');
  writeKeyCopy(copy, { at: noon, keys: { [gone.person]: 'a', [stays.person]: 'b' }, tombstones: [] });
  await store.erasures.addKeyCopy(copy, noon);
  const job = (over: Store = store) =>
    new ErasureJob({
      ...{ store: over, place, stones: new TombstoneMaker(pepper), leftover: 'refund', payments: undefined },
      ...{ holder: 'k_test', log() {}, now: () => world.at, tell: undefined },
    });
  return Object.assign(world, { place, store, gone, stays, copy, job });
}

/** A workspace with money and a paid generation, a person, and a marked row everywhere. */
async function inhabit(place: Place, store: Store, mark: string): Promise<Seeded> {
  const made = await store.accounts.createWorkspace({ name: `${mark} name`, creditNano: 1_000_000n, now: noon });
  assert.ok(made !== 'taken');
  await store.promos.grant({
    workspace: made.id,
    amount: 500n,
    expiresAt: noon + 400 * dayMs,
    source: 'test',
    now: noon,
  });
  const { id: key } = await store.accounts.createKey(newKey(made.id, { hash: `hash ${mark}`, name: `${mark} key` }));
  const wallet = (await store.accounts.wallet(made.id))?.wallet ?? '';
  const lease = await granted(store, ask(wallet, { lease: `lease-${made.id}`, wanted: 1_000n }));
  const record = ended({ workspace: made.id }, lease.lease, {
    generation: `gen-${made.id}`,
    key,
    model: `${mark}/model`,
  });
  await store.postings.post([record], noon);
  await store.leases.give('g1', lease.lease, 10n, true);
  const seeded = {
    ...{
      mark,
      workspace: made.id,
      person: `person ${mark}`,
      pseudonym: `per_${mark.toLowerCase()}`,
      address: `address ${mark}`,
    },
  };
  await seedEverywhere(place, seeded);
  await store.objects.remove({ id: `${mark} upstream_object.id`, workspace: made.id, kind: 'file' });
  return seeded;
}

export function asked(kind: 'person' | 'workspace', seeded: Seeded, at: number): NewErasure {
  return {
    kind,
    subject: kind === 'person' ? seeded.person : seeded.workspace,
    pseudonym: kind === 'person' ? seeded.pseudonym : `deleted-${seeded.workspace}`,
    address: kind === 'person' ? seeded.address : '',
    ...{ askedBy: 'test', parent: null, askedAt: at, purgeAt: purgeFrom(at), dueAt: purgedBy(at), facts: {} },
  };
}

export async function askForBoth({ store, gone }: World): Promise<readonly string[]> {
  const workspace = await store.erasures.open(asked('workspace', gone, noon));
  const person = await store.erasures.open(asked('person', gone, noon));
  assert.ok(workspace && person);
  return [workspace.id, person.id];
}

export async function states({ store }: World, ids: readonly string[]): Promise<readonly (string | undefined)[]> {
  return await Promise.all(ids.map(async (id) => (await store.erasures.find(id))?.state));
}

export async function whyNot({ store }: World, ids: readonly string[]): Promise<string> {
  return (await Promise.all(ids.map(async (id) => (await store.erasures.find(id))?.waits))).join(', ');
}
