// `Idempotency-Key`: a request that its caller named is carried out once, and nothing of it is kept but hashes.
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { ask, call, generationOf, openCall, type Reply } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after }, {});
const { url, key } = fairlead;
const named = (name: string, over: { key?: string; model?: string; words?: string; path?: string } = {}) =>
  call({
    url,
    key: over.key ?? key,
    ...(over.path === undefined ? {} : { path: over.path }),
    body: {
      ...ask(over.model ?? 'sandbox/echo'),
      messages: [{ role: 'user', content: over.words ?? 'one two three' }],
    },
    headers: { 'idempotency-key': name },
  });
const errorOf = (reply: Reply) =>
  (JSON.parse(reply.body.toString()) as { error: { code: string; message: string } }).error;

test('of twenty at once one is carried out and charged; the others are told that it runs, or ran', async () => {
  const before = (await fairlead.settledWallet()).balance;

  const replies = await Promise.all(Array.from({ length: 20 }, () => named('twenty')));

  const done = replies.filter(({ status }) => status === 200);
  assert.equal(done.length, 1);
  assert.equal(replies.filter(({ status }) => status === 409).length, 19);
  const told = await fairlead.explain(generationOf(done[0] as Reply));
  const spent = before - (await fairlead.settledWallet()).balance;
  assert.equal(spent, BigInt(told.charge_usd.replace('.', '')));
});

test('what runs is 409 with a time to come back; what ran is 409 with its record’s name', async () => {
  const body = ask('sandbox/slow', { stream: true });
  const running = openCall({ url, key, body, headers: { 'idempotency-key': 'slow' } });
  await running.began;

  const meanwhile = await call({ url, key, body, headers: { 'idempotency-key': 'slow' } });
  assert.deepEqual([meanwhile.status, errorOf(meanwhile).code], [409, 'request_in_progress']);
  assert.equal(meanwhile.headers['retry-after'], '2');

  running.leave();
  const first = await named('done');
  const again = await eventually(async () => {
    const reply = await named('done');
    assert.equal(errorOf(reply).code, 'already_completed');
    return reply;
  });
  assert.equal(again.status, 409);
  assert.equal(again.headers['x-should-retry'], 'false');
  assert.ok(errorOf(again).message.includes(generationOf(first)));
});

test('another body under the same name is 422, on another surface too; another workspace has names of its own', async () => {
  assert.equal((await named('mine')).status, 200);

  assert.equal((await named('mine', { words: 'something else' })).status, 422);
  assert.equal((await named('mine', { path: '/v1/messages' })).status, 422);
  const other = await fairlead.ask<{ id: string }>('workspace-create', { name: 'other', credit_usd: '1.00' });
  const theirs = await fairlead.ask<{ key: string }>('key-create', { workspace: other.id });
  assert.equal((await named('mine', { key: theirs.key })).status, 200);
});

test('a claim whose answer comes too late is given back: the name is free again', async () => {
  assert.equal((await named('warm')).status, 200);
  // Whoever writes waits now: the keeper answers too late.
  using other = new DatabaseSync(`${fairlead.dataDir}/main.db`);
  other.exec('begin immediate');
  const late = await named('late');
  other.exec('rollback');

  assert.deepEqual([late.status, errorOf(late).code], [503, 'not_ready']);
  await eventually(async () => assert.equal((await named('late')).status, 200));
});

test('what was refused, or failed at every endpoint, may be tried again under its name', async () => {
  const poor = await fairlead.ask<{ id: string }>('workspace-create', { name: 'poor' });
  const { key: empty } = await fairlead.ask<{ key: string }>('key-create', { workspace: poor.id });
  assert.equal((await named('again', { key: empty })).status, 402);
  await fairlead.ask('wallet-credit', { workspace: poor.id, usd: '1.00' });
  await eventually(async () => assert.equal((await named('again', { key: empty })).status, 200));

  const model = 'sandbox/fault-http-500';
  const first = await named('broken', { model });
  assert.ok(first.status >= 500);
  const second = await eventually(async () => {
    const reply = await named('broken', { model });
    assert.notEqual(reply.status, 409);
    return reply;
  });
  assert.notEqual(generationOf(second), generationOf(first));
});
