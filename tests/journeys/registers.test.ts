// What anybody may read of processing, transfers and sales; and how to reach whoever answers for them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { repository } from '../support/run-result.ts';
import { ask, call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const config = `
upstreams:
  near: { base_url: "http://127.0.0.1:9/v1", region: de, type: host, data: { trains: false, retention_days: 3 }, models: { m: { as: r/m, price: free } } }
  split: { base_url: "http://127.0.0.1:9/v1", api_key: b, region: de, type: host, data: { trains: false, retention_days: 3, storage_region: us }, models: { m: { as: r/m, price: free } } }
  far: { base_url: "http://127.0.0.1:9/v1", api_key: c, region: us, type: host, data: { trains: false, transfer_basis: standard_clauses }, models: { m: { as: r/m, price: free } } }
  vague: { base_url: "http://127.0.0.1:9/v1", api_key: d, type: host, data: { trains: false }, models: { m: { as: r/m, price: free } } }
  own: { base_url: "http://127.0.0.1:9/v1", api_key: e, type: self_hosted, models: { m: { as: r/m, price: free } } }
`;
const fairlead = await runFairlead({ after }, { config });
const { url, key } = fairlead;

const get = (path: string) => call({ url, path, method: 'GET' });
const jsonOf = async <Value>(path: string) => JSON.parse((await get(path)).body.toString()) as Value;

test('the map of transfers has a ground for each that leaves, and says where one is missing', async () => {
  type Row = { name: string; leaves_economic_area: boolean; basis: string };
  const rows = await jsonOf<readonly Row[]>('/legal/transfers.json');
  assert.deepEqual(
    rows.map((row) => [row.name, row.leaves_economic_area, row.basis]),
    [
      ['near', false, 'not_needed'],
      ['split', true, 'missing'],
      ['far', true, 'standard_clauses'],
      ['vague', true, 'missing'],
    ],
  );
  assert.match((await get('/legal/transfers')).body.toString(), /missing/);
});

test('the register of processing names purpose and basis of each activity, and every stage and job', async () => {
  type Row = { activity: string; purpose: string; basis: string; stages: string[]; jobs: string[] };
  const rows = await jsonOf<readonly Row[]>('/legal/processing.json');
  assert.ok(rows.every(({ purpose, basis }) => purpose !== '' && basis !== ''));
  assert.ok(rows.find(({ stages }) => stages.includes('relay')));
  assert.ok(rows.find(({ jobs }) => jobs.includes('retention')));
  assert.match((await get('/legal/processing')).body.toString(), /prevent-abuse/);
});

/** Who lives on what people do, by the names of their packages and hosts. */
const trackers =
  /google-analytics|googletagmanager|gtag|segment\b|analytics-node|mixpanel|amplitude|posthog|hotjar|fullstory|intercom|newrelic|datadog|sentry|facebook|doubleclick|matomo|heap-api|plausible-tracker/i;

test('nothing is sold: the register is empty, no dependency tracks anybody, and pages ask nothing of others', async () => {
  const sales = await jsonOf<{ sales: unknown[]; honours_gpc: boolean }>('/legal/sales.json');
  assert.deepEqual(sales, { sales: [], honours_gpc: true });
  assert.equal((await jsonOf<{ gpc: boolean }>('/.well-known/gpc.json')).gpc, true);
  const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as { packages: object };
  const names = Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, ''));
  assert.ok(names.length > 50);
  assert.deepEqual(
    names.filter((name) => trackers.test(name)),
    [],
  );
  for (const path of [
    '/',
    '/privacy',
    '/trust',
    '/subprocessors',
    '/legal/processing',
    '/legal/transfers',
    '/legal/sales',
  ]) {
    const page = await get(path);
    assert.equal(page.status, 200, path);
    assert.doesNotMatch(page.body.toString(), /<script|<img|<iframe|\ssrc=/i, path);
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'/, path);
  }
});

test('without a way to reach the operator health is degraded; with one every refusal tells it', async (t) => {
  assert.deepEqual(await jsonOf('/healthz'), { status: 'degraded', lacks: ['support channel'] });
  assert.match(fairlead.stderr(), /support-channel-missing/);
  const refused = await call({ url, key, body: ask('no/such-model') });
  assert.equal(refused.headers['x-fairlead-support'], undefined);
  assert.equal((await get('/.well-known/security.txt')).status, 404);

  const named = await runFairlead(t, { config: 'policy: { contact: "privacy@harbour.example" }' });
  const at = (path: string) => call({ url: named.url, path, method: 'GET' });
  assert.deepEqual(JSON.parse((await at('/healthz')).body.toString()), { status: 'ok' });
  assert.doesNotMatch(named.stderr(), /support-channel-missing/);
  const told = await call({ url: named.url, key: named.key, body: ask('no/such-model') });
  assert.equal(told.headers['x-fairlead-support'], 'privacy@harbour.example');
  assert.equal(
    (await call({ url: named.url, body: ask('sandbox/echo') })).headers['x-fairlead-support'],
    'privacy@harbour.example',
  );
  await eventually(async () =>
    assert.match((await at('/.well-known/security.txt')).body.toString(), /privacy@harbour\.example/),
  );
  assert.match((await at('/privacy')).body.toString(), /privacy@harbour\.example/);
});
