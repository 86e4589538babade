// Usage as people read it: command line and account API, JSON and CSV.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { toCsv } from '#console/account/csv.ts';
import { ask, call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after }, {});
const { url } = fairlead;
const evil = '=HYPERLINK("http://evil","a, b")';
const { id, key } = await fairlead.ask<{ id: string; key: string }>('key-create', { name: evil, tags: 'team-a,batch' });
const { key: manager } = await fairlead.ask<{ key: string }>('key-create', { role: 'management' });
for (let request = 0; request < 3; request += 1) await call({ url, key, body: ask('sandbox/echo') });

type Rows = readonly Readonly<Record<string, unknown>>[];
const usageBy = (by: string) => fairlead.ask<Rows>('usage', { by });
await eventually(async () => assert.equal((await usageBy('model'))[0]?.requests, 3));

const get = (path: string, secret = manager) => call({ url, key: secret, path, method: 'GET' });

test('by tag, provider, key and day; a key with two tags counts under both', async () => {
  assert.deepEqual(
    (await usageBy('tag')).map(({ tag, requests }) => [tag, requests]),
    [
      ['batch', 3],
      ['team-a', 3],
    ],
  );
  assert.deepEqual(
    (await usageBy('provider')).map(({ provider, requests }) => [provider, requests]),
    [['sandbox', 3]],
  );
  const [row] = await usageBy('day,key');
  assert.deepEqual([row?.key, row?.key_name, row?.day], [id, evil, new Date().toISOString().slice(0, 10)]);
  await assert.rejects(fairlead.ask('usage', { by: 'weather' }));
});

test('the account API gives its own workspace’s usage as JSON and CSV, to management keys', async () => {
  const json = await get('/api/v1/usage?by=key,model');
  const { data } = JSON.parse(json.body.toString()) as { data: Rows };
  assert.deepEqual(
    data.map(({ key: one, model, requests }) => [one, model, requests]),
    [[id, 'sandbox/echo', 3]],
  );

  const csv = await get('/api/v1/usage?by=key,model&format=csv');
  assert.equal(csv.headers['content-type'], 'text/csv; charset=utf-8');
  const [head, line, end] = csv.body.toString().split('\r\n');
  assert.match(head ?? '', /^key,model,requests,failed,input,.*,charge_usd,own_key_cost_usd,key_name$/);
  assert.ok(line?.endsWith(`,"'=HYPERLINK(""http://evil"",""a, b"")"`), line ?? '');
  assert.equal(end, '');

  assert.equal((await get('/api/v1/usage', key)).status, 403);
  assert.equal((await get('/api/v1/usage?format=xml')).status, 400);
  assert.equal((await get('/api/v1/usage?by=weather')).status, 400);
  assert.equal((await get('/api/v1/usage?api_key_hash=nobody')).status, 404);
  const activity = JSON.parse((await get('/api/v1/activity')).body.toString()) as { data: Rows };
  assert.equal(activity.data[0]?.provider_name, 'sandbox');
});

test('the sums stand against their records', async () => {
  assert.deepEqual(await fairlead.ask('usage-rebuild', { check: true }), {
    ...{ ok: true, days: 1, sums: 1, differing: [], rebuilt: 0 },
  });
});

test('nothing in a cell of CSV is a formula, and quotes, commas and line ends stay inside it', () => {
  for (const start of ['=', '+', '-', '@', '\t', '\r', '\n']) {
    const line = toCsv([{ name: `${start}1+1` }]).slice('name\r\n'.length);
    assert.ok(line.startsWith(`"'`), JSON.stringify(line));
  }
  assert.equal(
    toCsv([{ a: 'x"y', b: 'one,two', c: null, d: 1.5, e: 'a\r\nb' }]),
    'a,b,c,d,e\r\n"x""y","one,two",,1.5,"a\r\nb"\r\n',
  );
  assert.equal(toCsv([]), '');
});
