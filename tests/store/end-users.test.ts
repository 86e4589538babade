// What end users have of a workspace's limits: made lazily, dropped with its window, on both engines.
import assert from 'node:assert/strict';
import { endUserAllowance, endUsersMax, otherEndUsers } from '#core/allowance/end-user.ts';
import type { NewLimit, Store } from '#store/store.ts';
import { ask, ended, granted, noon, onBoth, type StoreUnderTest, storeWith } from './store-under-test.ts';

const dayMs = 86_400_000;

async function ruleIn({ store, workspace }: StoreUnderTest, over: Partial<NewLimit> = {}): Promise<string> {
  const limit: NewLimit = {
    ...{
      workspace,
      key: null,
      eachEndUser: true,
      unit: 'requests',
      window: 'day',
      model: null,
      upstream: null,
      ofAll: false,
      zone: 'UTC',
    },
    ...{ limit: 3n, burst: null, now: noon },
    ...over,
  };
  return (await store.accounts.setLimit(limit)).id;
}

const rowsOf = async ({ behind }: StoreUnderTest) =>
  (await behind.rows('select end_user from allowance where rule is not null order by end_user')).map(
    ({ end_user }) => end_user,
  );

async function freeOf(store: Store, allowance: string, lease: string, now = noon): Promise<bigint> {
  const result = await store.leases.grant('g1', [ask(allowance, { lease, need: 1_000_000n })], now);
  assert.ok(result.kind === 'short');
  assert.equal(result.allowance, allowance, 'told under the name that was asked for');
  return result.free;
}

onBoth('each end user has a row of its own, and two gateways never grant more of it than the rule', async (t) => {
  const under = await storeWith(t, 0n);
  const { store } = under;
  await store.leases.keepAlive('g2', noon + 60_000);
  const rule = await ruleIn(under);
  const ann = endUserAllowance(rule, 'u_ann');

  assert.deepEqual(await rowsOf(under), [], 'nobody came yet');
  assert.equal((await granted(store, ask(ann, { lease: 'a1', wanted: 2n, need: 2n }))).granted, 2n);
  const second = await store.leases.grant('g2', [ask(ann, { lease: 'a2', need: 2n, wanted: 2n })], noon);
  assert.ok(second.kind === 'short' && second.free === 1n && second.resetsAt === Date.UTC(2026, 10, 3));
  assert.equal((await granted(store, ask(endUserAllowance(rule, 'u_bob'), { lease: 'b1', wanted: 3n }))).granted, 3n);

  assert.deepEqual(await rowsOf(under), ['u_ann', 'u_bob']);
  assert.equal((await store.postings.check()).ok, true);
});

onBoth('a rule that moves or ends does so for everybody it has a row of', async (t) => {
  const under = await storeWith(t, 0n);
  const { store, workspace } = under;
  const rule = await ruleIn(under);
  const ann = endUserAllowance(rule, 'u_ann');
  await granted(store, ask(ann, { lease: 'a1', wanted: 2n }));

  assert.equal(await ruleIn(under, { limit: 10n }), rule);
  assert.equal(await freeOf(store, ann, 'a1'), 8n);
  await ruleIn(under, { limit: 1n });
  assert.equal(await freeOf(store, ann, 'a1'), 0n);
  assert.equal((await store.postings.check()).ok, true, 'what was leased before stays leased');

  assert.equal(await store.accounts.endLimit({ id: rule, workspace, now: noon }), true);
  assert.equal(await freeOf(store, endUserAllowance(rule, 'u_new'), 'n1'), 0n, 'of a rule that ended nothing is free');
});

onBoth('a row goes with its window, and not while something of it is out', async (t) => {
  const under = await storeWith(t, 1_000n);
  const { store, behind } = under;
  const rule = await ruleIn(under);
  const [ann, bob, eve] = ['u_ann', 'u_bob', 'u_eve'].map((user) => endUserAllowance(rule, user));
  await granted(store, ask(ann ?? '', { lease: 'a1' }));
  await granted(store, ask(bob ?? '', { lease: 'b1' }));
  await granted(store, ask(eve ?? '', { lease: 'e1' }));
  await store.postings.post([ended(under, 'a1', { charge: '0', uses: [{ lease: 'a1', amount: '1' }] })], noon);
  await store.leases.give('g1', 'a1', 1n, true);
  await store.leases.give('g1', 'e1', 0n, true);

  await store.leases.dropEndUsers(noon);
  assert.deepEqual(await rowsOf(under), ['u_ann', 'u_bob'], 'who used nothing says nothing');
  await store.leases.dropEndUsers(noon + dayMs);
  assert.deepEqual(await rowsOf(under), ['u_bob'], 'what is leased stays');
  await store.leases.give('g1', 'b1', 0n, true);
  await store.leases.dropEndUsers(noon + dayMs);

  assert.deepEqual(await rowsOf(under), []);
  assert.deepEqual(await behind.rows('select id from lease'), []);
  assert.deepEqual(await behind.rows(`select allowance from allowance_window where allowance like '${rule}%'`), []);
  assert.equal((await store.postings.check()).ok, true);
  assert.equal((await granted(store, ask(ann ?? '', { lease: 'a3', wanted: 3n }), 'g1', noon + dayMs)).granted, 3n);
});

onBoth('ten thousand end users have rows of their own; who comes then shares one, and those go on', async (t) => {
  const under = await storeWith(t, 0n);
  const { store, workspace, behind } = under;
  const rule = await ruleIn(under);
  await granted(store, ask(endUserAllowance(rule, 'u_first'), { lease: 'f1' }));
  await behind.change(
    `insert into allowance (id, owner, workspace, unit, "window", "limit", rule, end_user)
     with recursive n (i) as (select 1 union all select i + 1 from n where i < ${endUsersMax - 1})
     select '${rule}/u_' || i, 'workspace', '${workspace}', 'requests', 'day', 3, '${rule}', 'u_' || i from n`,
  );

  const [late, later] = ['u_late', 'u_later'].map((user) => endUserAllowance(rule, user));
  assert.equal((await granted(store, ask(late ?? '', { lease: 'l1', wanted: 2n }))).allowance, late);
  assert.equal(await freeOf(store, later ?? '', 'l2'), 1n, 'they share what one may use');
  assert.equal(await freeOf(store, endUserAllowance(rule, 'u_first'), 'f1'), 2n, 'the first has its own');

  const rows = await rowsOf(under);
  assert.equal(rows.length, endUsersMax + 1);
  assert.ok(rows.includes(otherEndUsers) && !rows.includes('u_late'));
});

onBoth('what is kept of an end user goes whole, unless a request of it is under way; others keep theirs', async (t) => {
  const under = await storeWith(t, 0n);
  const { store, workspace, behind } = under;
  const rule = await ruleIn(under);
  const ann = endUserAllowance(rule, 'u_ann');
  await granted(store, ask(ann, { lease: 'a1', wanted: 1n, need: 1n }));
  await granted(store, ask(endUserAllowance(rule, 'u_bob'), { lease: 'b1', wanted: 1n, need: 1n }));
  await store.rights.restrict({ kind: 'end-user', subject: 'u_ann', workspace, activity: 'all' }, noon);
  const opened = await store.cases.open({
    ...{ register: 'request', kind: 'access', country: null, workspace, person: null, endUser: 'u_ann', message: null },
    ...{ receivedAt: noon, dueAt: noon + dayMs, facts: {}, sealed: null, sealKey: null },
  });
  const asked = { workspace, endUser: 'u_ann', now: noon };

  assert.equal(await store.rights.eraseEndUser(asked), 'busy');
  assert.equal((await rowsOf(under)).length, 2);
  await store.leases.give('g1', 'a1', 0n, true);
  const went = await store.rights.eraseEndUser(asked);

  assert.deepEqual(went, { lease: 1, allowance_window: 1, allowance: 1, restriction: 1, privacy_case: 1 });
  assert.deepEqual(await store.rights.endUserRows(workspace, 'u_ann'), {});
  assert.deepEqual(await rowsOf(under), ['u_bob']);
  assert.equal((await store.cases.find(opened.id))?.outcome, 'answered', 'that it asked goes on counting');
  for (const table of ['allowance', 'allowance_window', 'lease', 'privacy_case', 'restriction']) {
    assert.ok(
      !JSON.stringify(
        (await behind.rows(`select * from ${table}`)).map((row) => Object.values(row).map(String)),
      ).includes('u_ann'),
      table,
    );
  }
  assert.deepEqual(await store.rights.eraseEndUser(asked), {});
  assert.equal((await granted(store, ask(ann, { lease: 'a2', wanted: 3n, need: 3n }))).granted, 3n, 'it begins anew');
  assert.equal((await store.postings.check()).ok, true);
});
