// Limits of each end user of a workspace, over a running Fairlead.
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { ask, call, openCall, type Reply } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after }, {});
const { url } = fairlead;
let made = 0;

async function fresh(): Promise<{ workspace: string; key: string }> {
  made += 1;
  const workspace = await fairlead.ask<{ id: string }>('workspace-create', { name: `e${made}`, credit_usd: '5.00' });
  const { key } = await fairlead.ask<{ key: string }>('key-create', { workspace: workspace.id });
  return { workspace: workspace.id, key };
}

const as = (key: string, user: string | undefined, more: Readonly<Record<string, unknown>> = {}) =>
  call({ url, key, body: ask('sandbox/echo', { ...(user === undefined ? {} : { user }), ...more }) });
const statuses = (replies: readonly Reply[]) => replies.map(({ status }) => status);
const errorIn = (reply: Reply | undefined) =>
  (JSON.parse(reply?.body.toString() ?? '') as { error: { code: string; message: string } }).error;

test('each end user has the limit for itself, whatever the dialect; those without a name share one', async () => {
  const { workspace, key } = await fresh();
  await fairlead.ask('limit-set', { workspace, end_users: true, requests: 2, reset: 'daily' });
  const message = { model: 'sandbox/echo', max_tokens: 50, messages: [{ role: 'user', content: 'one two' }] };
  const anthropic = { ...message, metadata: { user_id: 'ann' } };

  const ann = [
    await as(key, 'ann'),
    await call({ url, key, path: '/v1/messages', body: anthropic }),
    await as(key, 'ann'),
  ];
  const bob = [await as(key, 'bob'), await as(key, undefined, { safety_identifier: 'bob' }), await as(key, 'bob')];
  const nobody = [await as(key, undefined), await as(key, ''), await as(key, undefined)];

  assert.deepEqual(statuses(ann), [200, 200, 429]);
  assert.deepEqual(statuses(bob), [200, 200, 429]);
  assert.deepEqual(statuses(nobody), [200, 200, 429]);
  const { code, message: says } = errorIn(ann[2]);
  assert.equal(code, 'request_limit_reached');
  assert.match(says, /This end user may make 2 requests a day, and has\. It starts again in \d+ s\./);
  assert.ok(Number(ann[2]?.headers['retry-after']) > 0);
});

test('fifty at once of one end user: as many pass as it may, and another one is not kept waiting', async () => {
  const { workspace, key } = await fresh();
  await fairlead.ask('limit-set', { workspace, end_users: true, requests: 7 });

  const replies = await Promise.all(Array.from({ length: 50 }, () => as(key, 'ann')));
  const other = await as(key, 'bob');

  assert.equal(replies.filter(({ status }) => status === 200).length, 7);
  assert.equal(other.status, 200);
});

test('dollars: an end user spends up to its limit and not a nano-dollar more; then it is told the numbers', async () => {
  const { workspace, key } = await fresh();
  await fairlead.ask('limit-set', { workspace, end_users: true, usd: '0.000100', reset: 'monthly' });

  const replies: Reply[] = [];
  for (let index = 0; index < 40; index += 1) replies.push(await as(key, 'ann', { max_tokens: 20 }));

  const answered = replies.filter(({ status }) => status === 200).length;
  // Each costs 7,500 nano-dollars and must be able to cost more.
  assert.ok(answered >= 2 && answered <= 100_000 / 7_500, `${answered}`);
  const refused = replies.find(({ status }) => status === 402);
  assert.match(errorIn(refused).message, /The spend limit of this end user, 0\.000100000 USD a month, cannot cover/);
  assert.equal((await as(key, 'bob', { max_tokens: 20 })).status, 200);
});

test('nothing is leased ahead: what a request left goes back at its end, and its name is kept nowhere', async () => {
  const { workspace, key } = await fresh();
  await fairlead.ask('limit-set', { workspace, end_users: true, usd: '1.00', reset: 'daily' });

  assert.deepEqual(statuses(await Promise.all(['ann-says-hello', 'bob'].map((user) => as(key, user)))), [200, 200]);

  const db = new DatabaseSync(`${fairlead.dataDir}/main.db`, { readOnly: true });
  after(() => db.close());
  await eventually(async () => {
    const rows = db
      .prepare(
        `select allowance.end_user, leased, spent from allowance_window join allowance on allowance.id = allowance
         where allowance.workspace = ? and rule is not null`,
      )
      .all(workspace);
    assert.equal(rows.length, 2);
    for (const row of rows) {
      assert.deepEqual([row.leased, row.spent], [0, 7_500]);
      assert.match(String(row.end_user), /^u_[\w-]{32}$/);
    }
  });
  assert.equal((await fairlead.ask<{ ok: boolean }>('ledger-check')).ok, true);
});

test('a rate of each end user: one is made to wait, the other passes', async () => {
  const { workspace, key } = await fresh();
  await fairlead.ask('limit-set', { workspace, end_users: true, requests: 2, reset: 'minute' });

  const ann = [await as(key, 'ann'), await as(key, 'ann'), await as(key, 'ann')];
  const bob = await as(key, 'bob');

  assert.deepEqual(statuses(ann), [200, 200, 429]);
  assert.match(errorIn(ann[2]).message, /This end user may use 2 requests in a minute/);
  assert.equal(bob.status, 200);
});

test('what an end user has open at once is limited, and its end makes room', async () => {
  const { workspace, key } = await fresh();
  await fairlead.ask('limit-set', { workspace, end_users: true, concurrency: 1 });
  const slow = openCall({ url, key, body: ask('sandbox/slow', { user: 'ann', stream: true }) });
  await slow.began;

  assert.equal((await as(key, 'ann')).status, 429);
  assert.equal((await as(key, 'bob')).status, 200);
  slow.leave();
  await eventually(async () => assert.equal((await as(key, 'ann')).status, 200));
});

test('a rule of end users is the workspace’s: it has no key, and a bounded burst', async () => {
  const { workspace } = await fresh();
  const key = await fairlead.ask<{ id: string }>('key-create', { workspace });
  const refusedWith = (args: object, why: RegExp) =>
    assert.rejects(fairlead.ask('limit-set', args), (thrown: Error & { sentence?: string }) =>
      why.test(thrown.sentence ?? thrown.message),
    );

  await refusedWith({ key: key.id, end_users: true, requests: 1 }, /leave --key out/);
  await refusedWith({ workspace, end_users: true, requests: 1, reset: 'minute', burst: 61 }, /60 minutes/);
});
