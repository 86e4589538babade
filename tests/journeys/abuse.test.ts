// Abuse: recognised from metadata, decided by people, and no address is kept.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { ask, call, openCall } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';
import { startUpstream } from './scripted-upstream.ts';

const silent = await startUpstream({ after }, () => {});
const config = `
upstreams:
  silent: { base_url: '${silent.url}', data: { trains: false }, api_key: a, models: { m: { as: own/silent, price: { input: 1, output: 1 } } } }
`;
const fairlead = await runFairlead({ after }, { config, env: { TRUSTED_PROXIES: '127.0.0.1' } });
const { url } = fairlead;
const { key: manager } = await fairlead.ask<{ key: string }>('key-create', { role: 'management' });
const db = new DatabaseSync(join(fairlead.dataDir, 'main.db'), { timeout: 5_000 });
after(() => db.close());
const hourMs = 3_600_000;

type Made = { readonly id: string; readonly key: string };
type Case = { readonly id: string; readonly state: string; readonly reason: string; readonly action: string };
const make = () => fairlead.ask<Made>('key-create');
const statusOf = async (key: string) => (await call({ url, key, body: ask('sandbox/echo') })).status;

test('where a key is used from is kept as a hash of its network, with the country that a trusted proxy says', async () => {
  const { id, key } = await make();
  const from = (address: string, country: string, user: string) =>
    call({
      ...{ url, key, body: ask('sandbox/echo', { user }) },
      headers: { 'x-forwarded-for': address, 'cf-ipcountry': country },
    });
  await from('203.0.113.77', 'DE', 'ann-in-the-clear');
  await from('203.0.113.9', 'DE', 'bob');
  await from('198.51.100.4', 'FR', 'ann-in-the-clear');

  const rows = await eventually(async () => {
    const found = db.prepare('select network, country from key_network where key = ? order by country').all(id);
    assert.equal(found.length, 2);
    return found;
  }, 20_000);

  assert.deepEqual(
    rows.map(({ country }) => country),
    ['DE', 'FR'],
  );
  assert.ok(rows.every(({ network }) => /^[\w-]{22}$/.test(String(network))));
  assert.equal(db.prepare('select count from key_end_users where key = ?').get(id)?.count, 2);
  for (const file of ['main.db', 'main.db-wal']) {
    const bytes = readFileSync(join(fairlead.dataDir, file));
    for (const trace of ['203.0.113', '198.51.100', 'in-the-clear'])
      assert.ok(!bytes.includes(trace), `${file} ${trace}`);
  }
  for (const trace of ['203.0.113', '198.51.100', 'in-the-clear']) assert.ok(!fairlead.stderr().includes(trace));
});

test('a leaked key stops, with a case that its workspace sees and appeals, and a person decides', async () => {
  const { id, key } = await make();
  assert.equal(await statusOf(key), 200);
  await call({ url, path: '/api/v1/keys/leaked', body: { key } });
  await eventually(async () => assert.equal(await statusOf(key), 401), 1_000);

  const list = await call({ url, key: manager, path: '/api/v1/abuse', method: 'GET' });
  const { data } = JSON.parse(list.body.toString()) as { data: readonly (Case & { key: string })[] };
  const found = data.find((each) => each.key === id);
  assert.deepEqual([found?.reason, found?.action, found?.state], ['leaked-key', 'stop', 'open']);
  const path = `/api/v1/abuse/${found?.id}/appeal`;
  assert.equal((await call({ url, key: manager, path, method: 'POST' })).status, 200);
  assert.equal((await call({ url, key: manager, path, method: 'POST' })).status, 404);
  assert.equal((await fairlead.ask<Case>('abuse-show', { id: found?.id })).state, 'appealed');

  await fairlead.ask('abuse-decide', { id: found?.id, action: 'none' });
  await fairlead.ask('key-enable', { id });
  await eventually(async () => assert.equal(await statusOf(key), 200));
});

test('a person slows a key down, stops it, and lifts that again; each holds within a second', async () => {
  const { id, key } = await make();
  db.prepare(
    `insert into abuse_case (id, workspace, key, reason, counted, usual, action, state, day, opened_at)
     select 'abu_test', workspace, id, 'velocity', 5000, 10, 'ask', 'open', 1, 1 from key where id = ?`,
  ).run(id);
  assert.equal(await statusOf(key), 200);

  await fairlead.ask('abuse-decide', { id: 'abu_test', action: 'slow', hours: 2 });
  await eventually(async () => {
    const statuses = await Promise.all(Array.from({ length: 15 }, () => statusOf(key)));
    assert.ok(statuses.includes(429) && statuses.every((status) => status === 200 || status === 429));
  });
  await fairlead.ask('abuse-decide', { id: 'abu_test', action: 'stop' });
  await eventually(async () => assert.equal(await statusOf(key), 401), 1_000);
  await fairlead.ask('abuse-decide', { id: 'abu_test', action: 'none' });
  await eventually(async () => assert.equal(await statusOf(key), 200), 1_000);
});

test('who abandoned more than 3 % in the hour before pays the input of what it abandons; others do not', async () => {
  const [patient, hasty] = [await make(), await make()];
  const hour = Math.floor(Date.now() / hourMs);
  for (const each of [hour - 1, hour]) {
    db.prepare('insert into key_hour (key, hour, requests, abandoned) values (?, ?, 100, 4)').run(hasty.id, each);
    db.prepare('insert into key_hour (key, hour, requests, abandoned) values (?, ?, 100, 3)').run(patient.id, each);
  }
  const abandon = async (key: string) => {
    const before = silent.received.length;
    const open = openCall({ url, key, body: ask('own/silent', {}, 'these words are asked and left alone') });
    await eventually(async () => assert.ok(silent.received.length > before));
    open.leave();
    const row = await eventually(async () => {
      const found = db
        .prepare(
          `select id from generation where key = (select id from key where hint = ?) and end_reason = 'caller_left'`,
        )
        .get(key.slice(-4));
      assert.ok(found);
      return found;
    });
    return await fairlead.explain(String(row.id));
  };

  assert.equal((await abandon(patient.key)).charge_usd, '0.000000000');
  const charged = await abandon(hasty.key);
  assert.ok(Number(charged.charge_usd) > 0);
  assert.equal(charged.usage.output, 0);
  assert.equal((await fairlead.ask<{ ok: boolean }>('ledger-check')).ok, true);
});

test('a case of another workspace is nobody’s to see or appeal', async () => {
  const other = await fairlead.ask<{ id: string }>('workspace-create', { name: 'others' });
  const stranger = await fairlead.ask<Made>('key-create', { workspace: other.id, role: 'management' });
  const list = await call({ url, key: stranger.key, path: '/api/v1/abuse', method: 'GET' });

  assert.deepEqual(JSON.parse(list.body.toString()), { data: [] });
  const appeal = await call({ url, key: stranger.key, path: '/api/v1/abuse/abu_test/appeal', method: 'POST' });
  assert.equal(appeal.status, 404);
});
