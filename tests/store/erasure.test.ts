// DEL-30: whoever asks to be deleted is there for 14 days, and nowhere by day 28, on both engines; whoever did not is untouched.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { purgeFrom } from '#core/privacy/erasure/erasure-clock.ts';
import { erasurePlan, unreached } from '#core/privacy/erasure/erasure-plan.ts';
import { stepsOf } from '#keeper/erasure/erasure-steps.ts';
import { readKeyCopy } from '#keeper/erasure/key-copy.ts';
import { openPeople } from '#store/people/people-store.ts';
import type { Store } from '#store/store.ts';
import { countRows, type Seeded } from './erasure-seed.ts';
import { asked, askForBoth, dayMs, states, type World, whyNot, world } from './erasure-world.ts';
import { assertBooksAreRight, type Engine, noon, onBoth } from './store-under-test.ts';

/** Of files: the bytes, however they lie there. Of PostgreSQL: every row of every table. */
async function findMark(engine: Engine, { place }: World, mark: string): Promise<readonly string[]> {
  if (engine === 'postgres') return Object.keys(await countRows(place, mark));
  return readdirSync(place.dataDir).filter((name) => readFileSync(join(place.dataDir, name)).includes(mark));
}

test('every column that should go with somebody is in a step, made from the inventory', () => {
  assert.deepEqual(unreached(), []);
  assert.ok(erasurePlan('workspace').length > 25 && erasurePlan('person').length >= 9);
});

onBoth('DEL-30: there on day 13, gone everywhere by day 28, and nobody else is touched', async (t, engine) => {
  const it = await world(t);
  const before = await countRows(it.place, it.stays.mark);
  const takenBack = await it.store.erasures.open(asked('person', it.gone, noon));
  assert.equal(await it.store.erasures.cancel(takenBack?.id ?? '', noon), true);
  const ids = await askForBoth(it);
  writeFileSync(join(it.place.dataDir, 'main.db.backup-v3'), it.gone.mark);
  const hash = `hash ${it.gone.mark}`;
  assert.equal((await it.store.accounts.callerByHash(hash, noon)).found.state, 'disabled', 'keys stop at once');
  assert.equal((await it.store.accounts.callerByHash(`hash ${it.stays.mark}`, noon)).found.state, 'known');

  for (const day of [0, 13]) {
    it.at = noon + day * dayMs;
    await it.job().step();
    assert.deepEqual(await states(it, ids), ['pending', 'pending'], `day ${day}`);
    assert.ok((await findMark(engine, it, it.gone.mark)).length > 0, `day ${day}`);
  }
  for (const day of [14, 28, 30, 31]) {
    it.at = noon + day * dayMs;
    await it.job().step();
    assert.deepEqual(await states(it, ids), ['done', 'done'], `day ${day}: ${await whyNot(it, ids)}`);
    assert.deepEqual(await findMark(engine, it, it.gone.mark), [], `day ${day}`);
  }

  assert.deepEqual(await countRows(it.place, it.stays.mark), before);
  assert.deepEqual(Object.keys(readKeyCopy(it.copy)?.keys ?? {}), [it.stays.person]);
  await assertBooksAreRight(it.store);
});

onBoth('what is left is paid back in a balanced transfer, and the receipt says what went and what stays', async (t) => {
  const it = await world(t);
  const [id = ''] = await askForBoth(it);
  assert.deepEqual(await it.store.erasures.leftoverOf(it.gone.workspace), {
    refunded: 1_000_000n,
    forfeited: 0n,
    promo: 490n,
  });
  it.at = purgeFrom(noon);
  await it.job().step();

  const { receipt, pseudonym, subject } = (await it.store.erasures.find(id)) ?? {};
  const told = JSON.parse(receipt ?? '{}');
  assert.equal(subject, id, 'its row names nobody');
  assert.deepEqual(
    [told.facts.refunded_usd, told.facts.promo_usd, told.facts.forfeited_usd],
    ['0.001000000', '0.000000490', '0.000000000'],
  );
  assert.ok(told.went.every((step: { verified_at: string | null }) => step.verified_at !== null));
  assert.equal(told.went.find(({ step }: { step: string }) => step === 'main:key')?.rows, 2);
  assert.deepEqual(
    told.kept.map(({ what }: { what: string }) => what),
    ['entry', 'settlement', 'promo', 'promo_mark', 'audit_entry'],
  );
  const [entry] = await it.store.audit.newest(it.gone.workspace, 1_000, 1);
  assert.deepEqual([entry?.action, entry?.actor], ['erasure-done', pseudonym]);
  await assertBooksAreRight(it.store);
});

onBoth('a saga that dies after each of its deeds is taken up again and ends the same', async (t, engine) => {
  const it = await world(t);
  const ids = await askForBoth(it);
  it.at = purgeFrom(noon);
  const done = new Set<string>();
  let deaths = 0;
  for (; deaths < 400; deaths += 1) {
    await it
      .job(mortal(it.store, done))
      .step()
      .catch(() => {});
    if ((await states(it, ids)).every((state) => state === 'done')) break;
  }
  const steps = (['person', 'workspace'] as const).flatMap((kind) => stepsOf(kind, []));
  assert.deepEqual(await states(it, ids), ['done', 'done'], await whyNot(it, ids));
  assert.ok(deaths >= 2 * steps.length, `${deaths} deaths over ${steps.length} steps`);
  assert.deepEqual(await findMark(engine, it, it.gone.mark), []);
  await assertBooksAreRight(it.store);
});

onBoth('a legal hold, a batch that runs and the last owner of a workspace hold a purge up, and say so', async (t) => {
  const it = await world(t);
  const [workspace = ''] = await askForBoth(it);
  it.at = purgeFrom(noon);
  const hold = await it.store.retention.hold({
    ...{ workspace: it.gone.workspace, owner: 'counsel', reason: 'a dispute', reviewAt: it.at + dayMs, now: it.at },
  });
  await it.job().step();
  assert.deepEqual((await it.store.erasures.find(workspace))?.waits, 'legal-hold');
  assert.equal((await it.store.accounts.callerByHash(`hash ${it.gone.mark}`, it.at)).found.state, 'disabled');
  await it.store.retention.endHold(hold.id, it.at);
  await it.store.objects.add({
    ...{
      id: 'file-1',
      workspace: it.gone.workspace,
      kind: 'file',
      upstream: 'openai',
      now: it.at,
      expiresAt: it.at + 90 * dayMs,
    },
  });
  await it.job().step();
  assert.deepEqual((await it.store.erasures.find(workspace))?.waits, 'stored-objects');
  assert.equal((await it.store.erasures.objectsDue(10)).length, 1);
  await it.store.objects.remove({ id: 'file-1', workspace: it.gone.workspace, kind: 'file' });
  await it.job().step();
  assert.deepEqual((await it.store.erasures.find(workspace))?.state, 'done');
});

onBoth('links of the time when the person was there are waited for; sign-ins that go on hold nothing up', async (t) => {
  const it = await world(t);
  const [, person = ''] = await askForBoth(it);
  const people = await openPeople(it.place);
  t.after(() => people.close());
  const state = async () => (await it.store.erasures.find(person))?.state;
  let made = 0;
  const link = async (livesMs: number) => {
    const id = `proof-${++made}`;
    const at = { created_at: it.at, changed_at: it.at, expires_at: it.at + livesMs };
    await people.add('proof', { id, identifier_hash: id, sealed: `sealed ${id}`, ...at });
  };
  it.at = purgeFrom(noon);
  await link(3_600_000);

  for (let minute = 0; minute <= 60; minute += 5) {
    await it.job().step();
    assert.equal(await state(), minute < 60 ? 'purging' : 'done', `minute ${minute}: ${await whyNot(it, [person])}`);
    it.at += 300_000;
    // Somebody else opens the page to sign in.
    await link(600_000);
  }

  assert.ok((await people.count('proof', [])) > 0, 'links of others stay');
});

onBoth(
  'money that is on its way is waited for; what is told of a payment after the end is kept, and holds no other up',
  async (t) => {
    const it = await world(t);
    const { payments, erasures } = it.store;
    const begin = async (seeded: Seeded, amount: bigint) =>
      await payments.begin({
        ...{ workspace: seeded.workspace, kind: 'checkout', provider: 'stripe', amount },
        now: it.at,
      });
    const paid = await begin(it.gone, 10_000_000n);
    const fact = { kind: 'paid', payment: paid.id, intent: 'pi_1' } as const;
    await payments.take({ id: 'e1', kind: 'paid' }, fact, it.at);
    it.at = noon + 13 * dayMs;
    const open = await begin(it.gone, 20_000_000n);
    const [workspace = ''] = await askForBoth(it);
    it.at = purgeFrom(noon);

    await it.job().step();
    assert.equal((await erasures.find(workspace))?.waits, 'payment');
    await payments.take({ id: 'e2', kind: 'expired' }, { kind: 'expired', payment: open.id }, it.at);
    await it.job().step();
    assert.equal((await erasures.find(workspace))?.state, 'done', await whyNot(it, [workspace]));

    const dispute = { kind: 'dispute', payment: paid.id, dispute: 'dp_1', amount: 10_000_000n, state: 'lost' } as const;
    assert.equal(await payments.take({ id: 'e3', kind: 'dispute' }, dispute, it.at), true);
    const late = { kind: 'refunded', payment: paid.id, total: 10_000_000n } as const;
    assert.equal(await payments.take({ id: 'e4', kind: 'refunded' }, late, it.at), true);
    await payments.bookRest(it.at);
    assert.equal((await payments.payment(paid.id))?.refunded, 10_000_000n, 'it is known');
    assert.equal(await payments.bookRest(it.at), 0, 'all of it is booked');
    assert.deepEqual(await payments.late(), [], 'it came in time, and has its invoice');
    const notes = (await payments.invoices(it.gone.workspace)).map(({ kind, amount }) => [kind, amount]);
    assert.deepEqual(notes.slice(0, 2), [
      ['credit-note', 10_000_000n],
      ['invoice', 10_000_000n],
    ]);
    await assertBooksAreRight(it.store);
  },
);

onBoth(
  'a payment that is told after the deletion lies in the clearing, for finance to see, until it goes back',
  async (t) => {
    const it = await world(t);
    const { payments, books, erasures } = it.store;
    const open = await payments.begin({
      ...{ workspace: it.gone.workspace, kind: 'checkout', provider: 'stripe', amount: 20_000_000n },
      now: it.at,
    });
    const [workspace = ''] = await askForBoth(it);
    it.at = purgeFrom(noon) + 11 * dayMs;
    await it.job().step();
    assert.equal((await erasures.find(workspace))?.state, 'done', await whyNot(it, [workspace]));
    const clearing = async () =>
      Object.fromEntries(
        (await books.accounts()).filter(({ id }) => /^clearing:/.test(id)).map(({ id, balance }) => [id, balance]),
      );
    const before = await clearing();

    const paid = { kind: 'paid', payment: open.id, intent: 'pi_late' } as const;
    assert.equal(await payments.take({ id: 'l1', kind: 'paid' }, paid, it.at), true);
    await payments.setCustomer({ workspace: it.gone.workspace, customer: 'cus_late', method: null, now: it.at });

    const moved = async (account: string) => ((await clearing())[account] ?? 0n) - (before[account] ?? 0n);
    assert.deepEqual([await moved('clearing:stripe'), await moved('clearing:manual')], [-20_000_000n, 20_000_000n]);
    assert.deepEqual(await payments.late(), [
      { id: open.id, workspace: it.gone.workspace, amount: 20_000_000n, owed: 20_000_000n, at: it.at },
    ]);
    assert.equal(await payments.customer(it.gone.workspace), undefined, 'nobody is kept who was deleted');
    assert.equal(await payments.take({ id: 'l1', kind: 'paid' }, paid, it.at), false, 'once');
    await payments.bookRest(it.at);

    const back = { kind: 'refunded', payment: open.id, total: 20_000_000n } as const;
    await payments.take({ id: 'l2', kind: 'refunded' }, back, it.at);
    assert.deepEqual([await moved('clearing:stripe'), await moved('clearing:manual')], [0n, 0n]);
    assert.deepEqual(
      (await payments.late()).map(({ owed }) => owed),
      [0n],
    );
    assert.deepEqual(
      (await payments.invoices(it.gone.workspace)).filter(({ payment }) => payment === open.id),
      [],
    );
    await assertBooksAreRight(it.store);
  },
);

onBoth('within the grace it can be taken back, and after it no more', async (t) => {
  const it = await world(t);
  const [workspace = '', person = ''] = await askForBoth(it);
  assert.equal(await it.store.erasures.open(asked('person', it.gone, noon)), undefined, 'it is asked for once');
  assert.equal(await it.store.erasures.cancel(workspace, purgeFrom(noon) - 1), true);
  assert.equal((await it.store.accounts.callerByHash(`hash ${it.gone.mark}`, noon)).found.state, 'known');
  assert.equal(await it.store.erasures.cancel(person, purgeFrom(noon)), false);
});

/** The same store, for a job that does one thing and dies. */
function mortal(store: Store, done: Set<string>): Store {
  const deeds = [
    'begin',
    'erase',
    'countRows',
    'stepDone',
    'stepVerified',
    'addTombstones',
    'closeWallet',
    'addFacts',
    'unname',
    'finish',
  ] as const;
  let isDead = false;
  const wrapped = Object.fromEntries(
    deeds.map((name) => [
      name,
      async (...given: readonly unknown[]) => {
        if (isDead) throw new Error('dead');
        // A deed of the store, whichever it is.
        const deed = store.erasures[name] as (...all: readonly unknown[]) => Promise<unknown>;
        const result = await deed(...given);
        const what = JSON.stringify([name, ...given], (key, value: unknown) => (key === 'now' ? 0 : value));
        if (done.has(what)) return result;
        done.add(what);
        isDead = true;
        throw new Error('dead');
      },
    ]),
  );
  return { ...store, erasures: { ...store.erasures, ...wrapped } };
}
