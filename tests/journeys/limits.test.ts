// Limits of workspaces, keys and models: dollars, requests, rates per minute, what runs at once.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, call, openCall, type Reply } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after }, {});
const { url } = fairlead;
let made = 0;

/** A workspace of its own, so that no limit meets another test's requests. */
async function fresh(): Promise<{ workspace: string; key: string; keyId: string }> {
  made += 1;
  const workspace = await fairlead.ask<{ id: string }>('workspace-create', { name: `w${made}`, credit_usd: '5.00' });
  const { id, key } = await fairlead.ask<{ id: string; key: string }>('key-create', { workspace: workspace.id });
  return { workspace: workspace.id, key, keyId: id };
}

const one = (key: string, model = 'sandbox/echo') => call({ url, key, body: ask(model) });
const codeOf = (reply: Reply) =>
  (JSON.parse(reply.body.toString()) as { error: { code: string; message: string } }).error;

test('a workspace’s requests are limited over all its keys', async () => {
  const { workspace, key } = await fresh();
  const second = await fairlead.ask<{ key: string }>('key-create', { workspace });
  await fairlead.ask('limit-set', { workspace, requests: 3, reset: 'daily' });

  const replies = [await one(key), await one(second.key), await one(key), await one(second.key)];

  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 200, 200, 429],
  );
  assert.equal(codeOf(replies[3] as Reply).code, 'request_limit_reached');
});

test('a thousand at once: exactly as many pass as the tightest of three stacked limits allows', async () => {
  const { workspace, keyId, key } = await fresh();
  await fairlead.ask('limit-set', { workspace, requests: 90, reset: 'monthly' });
  await fairlead.ask('limit-set', { key: keyId, requests: 70, reset: 'daily' });
  await fairlead.ask('limit-set', { key: keyId, requests: 40, model: 'sandbox/echo' });

  const replies = await Promise.all(Array.from({ length: 300 }, () => one(key)));
  const others = await Promise.all(Array.from({ length: 100 }, () => one(key, 'sandbox/story')));

  const passed = (all: readonly Reply[]) => all.filter(({ status }) => status === 200).length;
  assert.equal(passed(replies), 40, 'the model’s own limit');
  assert.equal(passed(others), 30, 'another model has what the key’s day has left');
});

test('a rate: no more than the burst at once, then evenly; the refusal says when', async () => {
  const { key, keyId } = await fresh();
  await fairlead.ask('limit-set', { key: keyId, requests: 600, reset: 'minute', burst: 5 });
  const startedAt = performance.now();

  const replies = await Promise.all(Array.from({ length: 40 }, () => one(key)));
  const ms = performance.now() - startedAt;

  const passed = replies.filter(({ status }) => status === 200).length;
  assert.ok(passed >= 5 && passed <= 5 + Math.ceil(ms / 100) + 1, `${passed} in ${ms} ms`);
  const refused = replies.find(({ status }) => status === 429) as Reply;
  assert.equal(codeOf(refused).code, 'rate_limit_reached');
  assert.equal(refused.headers['retry-after'], '1');
  await eventually(async () => assert.equal((await one(key)).status, 200));
});

test('tokens: a request that is larger than the bucket passes once, and the next one waits', async () => {
  const { key, keyId } = await fresh();
  await fairlead.ask('limit-set', { key: keyId, tokens: 500, reset: 'minute' });

  const first = await one(key);
  const second = await one(key);

  assert.deepEqual([first.status, second.status], [200, 429]);
  assert.match(codeOf(second).message, /500 tokens in a minute/);
});

test('what was expected and not used of tokens comes back at the end', async () => {
  const { key, keyId } = await fresh();
  await fairlead.ask('limit-set', { key: keyId, tokens: 3_000, reset: 'minute' });

  // Each is expected to use a thousand tokens and more at first, and uses some dozens.
  for (let index = 0; index < 8; index += 1) await eventually(async () => assert.equal((await one(key)).status, 200));
});

test('what runs at once is limited, and an end makes room again', async () => {
  const { key, keyId } = await fresh();
  await fairlead.ask('limit-set', { key: keyId, concurrency: 2 });
  const slow = () => openCall({ url, key, body: ask('sandbox/slow', { stream: true }) });
  const open = [slow(), slow()];
  await Promise.all(open.map(({ began }) => began));

  const refused = await one(key);
  assert.equal(refused.status, 429);
  assert.equal(codeOf(refused).code, 'concurrency_limit_reached');
  assert.equal(refused.headers['retry-after'], '2');

  open[0]?.leave();
  await eventually(async () => assert.equal((await one(key)).status, 200));
  open[1]?.leave();
  assert.equal((await fairlead.ask<{ ok: boolean }>('ledger-check')).ok, true);
});

test('limits are listed, moved and taken away, within a second', async () => {
  const { workspace, key } = await fresh();
  const set = await fairlead.ask<{ id: string }>('limit-set', {
    workspace,
    requests: 0,
    reset: 'weekly',
    zone: 'Europe/Berlin',
  });
  await eventually(async () => assert.equal((await one(key)).status, 429));

  const moved = await fairlead.ask<{ id: string }>('limit-set', {
    workspace,
    requests: 7,
    reset: 'weekly',
    zone: 'Europe/Berlin',
  });
  assert.equal(moved.id, set.id);
  await eventually(async () => assert.equal((await one(key)).status, 200));
  const listed = await fairlead.ask<readonly Record<string, unknown>[]>('limit-list', { workspace });
  assert.deepEqual(listed, [
    {
      ...{ id: set.id, workspace, key: null, end_users: false, every_workspace: false, model: null, upstream: null },
      unit: 'requests',
      limit: 7,
      reset: 'weekly',
      zone: 'Europe/Berlin',
      burst: null,
    },
  ]);

  await fairlead.ask('limit-end', { workspace, id: set.id });
  assert.deepEqual(await fairlead.ask('limit-list', { workspace }), []);
});

for (const [args, why] of [
  [{ requests: 1, usd: '1' }, /Say one of/],
  [{}, /Say one of/],
  [{ tokens: 5, reset: 'daily' }, /by the minute/],
  [{ usd: '5', reset: 'minute' }, /by the day/],
  [{ concurrency: 5, reset: 'daily' }, /no reset/],
  [{ requests: 5, zone: 'Mars/Olympus' }, /no time zone/],
  [{ requests: 5, burst: 3 }, /burst/],
] as const) {
  test(`a limit of ${JSON.stringify(args)} is refused with a sentence`, async () => {
    await assert.rejects(fairlead.ask('limit-set', args), (thrown: Error & { sentence?: string }) =>
      why.test(thrown.sentence ?? thrown.message),
    );
  });
}
