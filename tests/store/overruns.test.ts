// Three overruns in a day stop an endpoint for a workspace, until a person has looked.
import assert from 'node:assert/strict';
import {
  ask,
  assertBooksAreRight,
  ended,
  granted,
  noon,
  onBoth,
  type StoreUnderTest,
  storeWith,
} from './store-under-test.ts';

const hourMs = 3_600_000;
const loss = [{ account: 'loss:overrun', amount: '5' }] as const;

/** One answer that cost more than was held. */
async function overrun(under: StoreUnderTest, generation: string, at: number, endpoint = 'm@one'): Promise<void> {
  const lease = `lease-${generation}`;
  await granted(under.store, ask(under.wallet, { lease, need: 10n, wanted: 10n }));
  const uses = [{ lease, amount: '10' }];
  const record = ended(under, lease, { generation, charge: '10', hold: '10', endpoint, uses, losses: [...loss] });
  await under.store.postings.post([record], at);
}

const stopped = async ({ store, workspace }: StoreUnderTest) =>
  (await store.overruns.stopped(workspace)).map(({ endpoint }) => endpoint);

onBoth('the third within a day stops that endpoint for that workspace, and is told once', async (t) => {
  const under = await storeWith(t, 10_000n);
  await under.store.accounts.createWorkspace({ name: 'other', creditNano: 1_000n, now: noon });
  const head = await under.store.changes.head();

  await overrun(under, 'gen-1', noon);
  await overrun(under, 'gen-2', noon + hourMs);
  await overrun(under, 'gen-3', noon + hourMs, 'm@two');
  assert.deepEqual(await stopped(under), []);
  await overrun(under, 'gen-4', noon + 2 * hourMs);

  assert.deepEqual(await stopped(under), ['m@one']);
  assert.equal((await under.store.overruns.stopped()).length, 1);
  const told = await under.store.overruns.untold();
  assert.deepEqual(
    told.map(({ workspace, endpoint }) => [workspace, endpoint]),
    [[under.workspace, 'm@one']],
  );
  assert.deepEqual(await under.store.overruns.untold(), []);
  const changes = await under.store.changes.since(head, 1_000);
  assert.ok(changes.some(({ kind, id }) => kind === 'workspace' && id === under.workspace));
  await assertBooksAreRight(under.store);
});

onBoth('overruns that are a day apart stop nothing', async (t) => {
  const under = await storeWith(t, 10_000n);

  for (const [place, hours] of [0, 12, 25, 38, 51].entries()) {
    await overrun(under, `gen-${place}`, noon + hours * hourMs);
  }

  assert.deepEqual(await stopped(under), []);
});

onBoth('a person lets it go on; three more stop it again', async (t) => {
  const under = await storeWith(t, 10_000n);
  const pair = { workspace: under.workspace, endpoint: 'm@one' };
  const three = async (from: number) => {
    for (const place of [0, 1, 2]) await overrun(under, `gen-${from + place}`, noon + place);
  };
  await three(0);
  await under.store.overruns.untold();

  assert.equal(await under.store.overruns.lift(pair, noon), true);
  assert.equal(await under.store.overruns.lift(pair, noon), false);
  await overrun(under, 'gen-3', noon);
  assert.deepEqual(await stopped(under), []);
  await three(4);

  assert.deepEqual(await stopped(under), ['m@one']);
  assert.equal((await under.store.overruns.untold()).length, 1);
});

onBoth('of two that post at once for a workspace the third is not missed', async (t) => {
  const under = await storeWith(t, 10_000n);
  await overrun(under, 'gen-1', noon);

  await Promise.all([overrun(under, 'gen-2', noon), overrun(under, 'gen-3', noon)]);

  assert.deepEqual(await stopped(under), ['m@one']);
});
