// RET-90: what was recorded on a day is there on day 90 and gone on day 91, 00:00 UTC; money rows stay. On both engines.
import assert from 'node:assert/strict';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { keptFrom } from '#core/privacy/retention.ts';
import { newGenerationId } from '#gateway/generation-id.ts';
import type { CommandContext } from '#keeper/commands/command.ts';
import { explain } from '#keeper/commands/explain.ts';
import { showUsage } from '#keeper/commands/usage.ts';
import { RetentionJob } from '#keeper/jobs/retention-job.ts';
import { openStore } from '#store/open-store.ts';
import type { Store } from '#store/store.ts';
import { ask, ended, freshPlace, granted, noon, onBoth, openBehind, type StoreUnderTest } from './store-under-test.ts';

const dayMs = 86_400_000;
const midnight = noon - dayMs / 2;
const day = (count: number) => midnight + count * dayMs;

type Shifted = StoreUnderTest & { readonly clock: { now: number } };

/** A store whose clock the test holds. */
async function shiftedStore(t: TestContext): Promise<Shifted> {
  const place = await freshPlace(t);
  const clock = { now: noon };
  const store = await openStore({ ...place, now: () => clock.now });
  t.after(() => store.close());
  const made = await store.accounts.createWorkspace({ name: 'default', creditNano: 1_000_000n, now: noon });
  assert.ok(made !== 'taken');
  const wallet = (await store.accounts.wallet(made.id))?.wallet ?? '';
  assert.equal(await store.leases.keepAlive('g1', noon + 400 * dayMs), true);
  await granted(store, ask(wallet, { need: 100_000n, wanted: 100_000n }));
  return { store, dataDir: place.dataDir, workspace: made.id, wallet, clock, behind: await openBehind(t, place) };
}

/** A generation that ended then; its id. */
async function post(made: Pick<Shifted, 'store' | 'wallet' | 'workspace'>, at: number): Promise<string> {
  const generation = newGenerationId(at);
  await made.store.postings.post([ended(made, `lease-${made.wallet}`, { generation, at, startedAt: at })], at);
  return generation;
}

function jobOf({ store, dataDir, clock }: Shifted, usageDays = 90, stepNow = () => clock.now) {
  const logged: string[] = [];
  const log = (event: string) => void logged.push(event);
  return { job: new RetentionJob({ store, dataDir, rules: { usageDays }, holder: 'k', log, now: stepNow }), logged };
}

async function rowsOf({ behind }: Shifted, table: string): Promise<number> {
  const [row] = await behind.rows(`select count(*) as rows from ${table}`);
  return Number(row?.rows);
}

function contextOf(store: Store, clock: { readonly now: number }): CommandContext {
  const context: Partial<CommandContext> = { store, retention: { usageDays: 90 }, now: () => clock.now };
  return context as CommandContext;
}

onBoth('a day is there through day 90 and gone when day 91 begins; what came the day after is not', async (t) => {
  const made = await shiftedStore(t);
  const { clock, store } = made;
  const first = await post(made, day(0));
  const last = await post(made, day(1) - 1);
  const next = await post(made, day(1));
  const { job } = jobOf(made);

  for (const now of [day(89), day(90), day(91) - 1]) {
    clock.now = now;
    await job.step();
    assert.equal(await rowsOf(made, 'generation'), 3, new Date(now).toISOString());
    assert.equal((await explain(contextOf(store, clock), { generation: first })).id, first);
  }
  clock.now = day(91);
  await job.step();

  assert.equal(await store.postings.generation(first), undefined);
  assert.equal(await store.postings.generation(last), undefined);
  assert.ok(await store.postings.generation(next));
  assert.equal(await rowsOf(made, 'usage_hour'), 1);
  assert.equal(await rowsOf(made, 'settlement'), 3, 'money stays, as law wants it');
  assert.deepEqual((await store.postings.check()).problems, []);
});

onBoth('what is over is shown nowhere, also before it is dropped', async (t) => {
  const made = await shiftedStore(t);
  const { clock, store } = made;
  const generation = await post(made, day(0));
  clock.now = day(91);

  await assert.rejects(explain(contextOf(store, clock), { generation }), { name: 'Refused' });
  assert.deepEqual(await showUsage(contextOf(store, clock), { from: '2026-01-01' }), []);
});

onBoth('evidence says what went, once, and adds up over the steps', async (t) => {
  const made = await shiftedStore(t);
  const { clock, store } = made;
  for (let index = 0; index < 5; index += 1) await post(made, day(0) + index);
  clock.now = day(91);

  const ask = { cutoff: keptFrom(clock.now, 90), max: 2, now: clock.now };
  const steps = [];
  for (let step = 0; step < 4; step += 1) steps.push(await store.retention.drop('generation', ask));
  const { job, logged } = jobOf(made);
  await job.step();
  await job.step();

  assert.deepEqual(steps, [2, 2, 1, 0]);
  const runs = await store.retention.runs(10);
  const evidence = runs.find(({ subject }) => subject === 'generation');
  assert.deepEqual(
    [evidence?.rows, evidence?.oldest, evidence?.newest, evidence?.cutoff],
    [5, day(0), day(0) + 4, day(1)],
  );
  assert.match(evidence?.digest ?? '', /^[0-9a-f]{64}$/);
  assert.deepEqual(logged, ['retention-dropped'], 'the hours went in the first step, and nothing in the second');
});

onBoth('a legal hold keeps its workspace’s rows, and nobody else’s, until it ends', async (t) => {
  const made = await shiftedStore(t);
  const { clock, store } = made;
  const other = await store.accounts.createWorkspace({ name: 'other', creditNano: 1_000n, now: noon });
  assert.ok(other !== 'taken');
  const held = await post(made, day(0));
  const elsewhere = newGenerationId(day(0));
  const record = ended({ workspace: other.id }, 'l', { generation: elsewhere, at: day(0), charge: '0' });
  await store.postings.post([record], day(0));
  const terms = { workspace: made.workspace, owner: 'counsel', reason: 'dispute 7', reviewAt: day(120), now: noon };
  const { id } = await store.retention.hold(terms);

  clock.now = day(91);
  await jobOf(made).job.step();
  assert.ok(await store.postings.generation(held));
  assert.equal(await store.postings.generation(elsewhere), undefined);
  assert.equal(await rowsOf(made, 'usage_hour'), 1);

  assert.equal(await store.retention.endHold(id, clock.now), true);
  assert.equal(await store.retention.endHold(id, clock.now), false);
  await jobOf(made).job.step();
  assert.equal(await store.postings.generation(held), undefined);
  assert.equal(await rowsOf(made, 'usage_hour'), 0);
});

onBoth('drops go on beside postings, and what comes late with an old instant goes within the hour', async (t) => {
  const made = await shiftedStore(t);
  const { clock, store } = made;
  for (let index = 0; index < 30; index += 1) await post(made, day(0) + index);
  clock.now = day(91);
  const { job } = jobOf(made);

  const posting = Promise.all(Array.from({ length: 10 }, (_, index) => post(made, day(91) + index)));
  await Promise.all([job.step(), posting]);
  assert.equal(await rowsOf(made, 'generation'), 10);

  const late = await post(made, day(0) + 50);
  clock.now += 3_600_000;
  await job.step();
  assert.equal(await store.postings.generation(late), undefined);
  assert.equal(await rowsOf(made, 'generation'), 10);
  assert.deepEqual((await store.postings.check()).problems, []);
});

onBoth('where fewer days are kept, the books are still right', async (t) => {
  const made = await shiftedStore(t);
  await post(made, day(0));
  made.clock.now = day(8);

  await jobOf(made, 7).job.step();

  assert.equal(await rowsOf(made, 'generation'), 0);
  assert.deepEqual((await made.store.postings.check()).problems, []);
});

onBoth('one of all keepers drops at a time, and old copies of the database go, too', async (t) => {
  const made = await shiftedStore(t);
  const { clock, dataDir, store } = made;
  const [old, young] = ['main.db.backup-v3', 'main.db.backup-v9'].map((name) => join(dataDir, name));
  for (const path of [old, young]) writeFileSync(path ?? '', '');
  await post(made, day(0));
  clock.now = day(91);
  utimesSync(old ?? '', clock.now / 1_000, (clock.now - 31 * dayMs) / 1_000);
  utimesSync(young ?? '', clock.now / 1_000, (clock.now - 29 * dayMs) / 1_000);

  assert.equal(await store.jobs.lead('retention', 'another keeper', clock.now + 1_000, clock.now), true);
  const { job } = jobOf(made);
  await job.step();
  assert.equal(await rowsOf(made, 'generation'), 1);

  clock.now += 2_000;
  await job.step();
  assert.equal(await rowsOf(made, 'generation'), 0);
  assert.throws(() => readFileSync(old ?? ''), { code: 'ENOENT' });
  assert.equal(readFileSync(young ?? '').length, 0);
});
