// What upstreams do with data, and who may therefore be asked: fail-closed, accepted by a command, told alike everywhere.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { ask, call, type Reply } from './caller.ts';
import { eventually, type RunningFairlead, runFairlead, runInFolder } from './running-fairlead.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());

const offer = (as: string) => `models: { sandbox/echo: { as: ${as}, price: free } }`;
const config = (data: string, region = 'eu') => `
upstreams:
  unsaid: { base_url: "${simulator.url}", api_key: a, ${offer('t/unsaid')} }
  learns: { base_url: "${simulator.url}", api_key: b, data: { trains: true }, ${offer('t/learns')} }
  old: { base_url: "${simulator.url}", api_key: c, data: { trains: false, checked: 2020-01-01 }, ${offer('t/old')} }
  own: { base_url: "${simulator.url}", api_key: d, type: self_hosted, ${offer('t/own')} }
  west: { base_url: "${simulator.url}", api_key: e, region: us, data: { trains: false, retention_days: 0 }, ${offer('t/two')} }
  east: { base_url: "${simulator.url}", api_key: f, type: host, region: ${region}, data: ${data}, ${offer('t/two')} }
  far: { base_url: "${simulator.url}", api_key: g, region: de, data: { trains: false, storage_region: us }, ${offer('t/far')} }
`;
const said = '{ retention_days: 30, trains: false, source: "https://east.example/terms", checked: 2026-11-01 }';
const fairlead = await runFairlead({ after }, { config: config(said) });
const { url, key } = fairlead;

const send = (model: string, more: object = {}, path = '/api/v1/chat/completions') =>
  call({ url, key, path, body: { ...(ask(model) as object), ...more } });

type Refusal = {
  readonly error: { readonly message: string; readonly metadata?: { readonly excluded_by?: string[] } };
};

const refusalOf = (reply: Reply) => (JSON.parse(reply.body.toString()) as Refusal).error;

test('who may train, who trains, and what was read too long ago is refused by default, and what is declared serves', async () => {
  assert.equal((await send('t/own')).status, 200);
  for (const [model, why] of [
    ['t/unsaid', 'data_policy:unknown'],
    ['t/old', 'data_policy:unknown'],
    ['t/learns', 'data_policy:training'],
  ] as const) {
    for (const path of ['/v1/chat/completions', '/api/v1/chat/completions']) {
      const reply = await send(model, {}, path);
      assert.equal(reply.status, 404, model);
      assert.ok(reply.body.toString().includes(why), `${model}: ${reply.body}`);
    }
  }
  assert.match(refusalOf(await send('t/unsaid')).message, /fairlead policy accept t\/unsaid@unsaid$/);
});

test('what the operator accepts serves within seconds, stands in the log of promises, and can be withdrawn', async () => {
  await fairlead.ask('data-accept', { endpoint: 't/learns@learns' });
  await eventually(async () => assert.equal((await send('t/learns')).status, 200));
  const denied = await send('t/learns', { provider: { data_collection: 'deny' } });
  assert.equal(denied.status, 404, 'who demands more gets it, whatever was accepted');

  const entries = await fairlead.ask<readonly { kind: string; subject: string; body: object }[]>('log-entries');
  const entered = entries.find(({ kind }) => kind === 'acceptance');
  assert.equal(entered?.subject, 't/learns@learns');
  assert.deepEqual(entered?.body, {
    accepted: { checked: '', retention_days: 'unknown', source: 'declared by the operator', trains: true },
  });

  await fairlead.ask('data-withdraw', { endpoint: 't/learns@learns' });
  await eventually(async () => assert.equal((await send('t/learns')).status, 404));
});

test('a request names types and regions, and where data is kept counts as where it is served', async () => {
  const servedBy = async (provider: object) => {
    const reply = await send('t/two', { provider });
    return reply.status === 200 ? String(reply.headers['x-fairlead-endpoint']) : refusalOf(reply).message;
  };
  for (let round = 0; round < 5; round += 1) {
    assert.equal(await servedBy({ regions: ['EU'] }), 't/two@east');
    assert.equal(await servedBy({ regions: ['us'] }), 't/two@west');
    assert.equal(await servedBy({ endpoint_types: ['host'] }), 't/two@east');
  }
  assert.match(await servedBy({ regions: ['jp'] }), /data_region/);
  assert.match(await servedBy({ endpoint_types: ['first_party'] }), /endpoint_type/);
  assert.equal((await send('t/two', { provider: { endpoint_types: ['pirate'] } })).status, 400);
  const stored = await send('t/far', { provider: { regions: ['de'] } });
  assert.match(refusalOf(stored).message, /data_region:storage/);
});

test("a workspace's demands hold on every surface, and its keys can only demand more", async () => {
  await fairlead.ask('workspace-set', { workspace: 'default', settings: ['regions=eu'] });
  const [row] = await fairlead.ask<readonly { id: string }[]>('key-list');
  await fairlead.ask('key-set', { id: row?.id, settings: ['regions=us'] });
  await eventually(async () => assert.equal((await send('t/two', {}, '/v1/chat/completions')).status, 404));
  await fairlead.ask('key-set', { id: row?.id, settings: ['regions=any'] });
  await eventually(async () => {
    const reply = await send('t/two', {}, '/v1/chat/completions');
    assert.equal(reply.headers['x-fairlead-endpoint'], 't/two@east');
  });
  await fairlead.ask('workspace-set', { workspace: 'default', settings: ['regions=any', 'zdr=on'] });
  await eventually(async () => {
    const reply = await send('t/two', {}, '/v1/chat/completions');
    assert.equal(reply.headers['x-fairlead-endpoint'], 't/two@west');
  });
  await fairlead.ask('workspace-set', { workspace: 'default', settings: ['zdr=off'] });
});

/** What each place says of the type, the serving region and the days of retention of t/two@east. */
async function toldOf(running: RunningFairlead): Promise<readonly (readonly unknown[])[]> {
  const read = async (path: string) =>
    JSON.parse((await call({ ...running, path, method: 'GET' })).body.toString()) as Record<string, never>;
  type Told = {
    readonly type: string;
    readonly region: { serving: string };
    readonly data: { retention_days: unknown };
  };
  const of = ({ type, region, data }: Told) => [type, region.serving, data.retention_days];
  const models = (await read('/v1/models')) as unknown as {
    data: readonly { id: string; endpoints: readonly { id: string; disclosure: Told }[] }[];
  };
  const listed = models.data.find(({ id }) => id === 't/two')?.endpoints.find(({ id }) => id === 't/two@east');
  const routed = (await read('/api/v1/models/t/two/endpoints')) as unknown as {
    data: { endpoints: readonly { provider_name: string; disclosure: Told }[] };
  };
  const router = routed.data.endpoints.find(({ provider_name }) => provider_name === 'east');
  const page = (await read('/endpoints.json')) as unknown as {
    models: readonly { endpoints: readonly { id: string; disclosure: Told }[] }[];
  };
  const shown = page.models.flatMap(({ endpoints }) => endpoints).find(({ id }) => id === 't/two@east');
  const reply = await call({
    ...running,
    path: '/api/v1/chat/completions',
    body: { ...(ask('t/two') as object), provider: { only: ['east'] } },
  });
  const head = [reply.headers['x-fairlead-endpoint-type'], reply.headers['x-fairlead-region']];
  const receiptPath = `/api/v1/receipts/${String(reply.headers['x-fairlead-receipt'])}`;
  const receipt = await eventually(async () => {
    const { data } = (await read(receiptPath)) as unknown as {
      data: { statement: { endpoint_type: string; region: string } };
    };
    return [data.statement.endpoint_type, data.statement.region];
  });
  const entries =
    await running.ask<readonly { kind: string; subject: string; body: Record<string, unknown> }[]>('log-entries');
  const last = (kind: string, subject: string) =>
    entries.findLast((entry) => entry.kind === kind && entry.subject === subject)?.body ?? {};
  const logged = last('endpoint', 't/two@east');
  return [
    ...[listed?.disclosure, router?.disclosure, shown?.disclosure].map((told) => (told ? of(told) : [])),
    head,
    receipt,
    [logged.type, logged.region, last('data-policy', 'east').retention_days],
  ];
}

test('a change of the registry changes lists, page, heads, receipts and log together', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fl-registry-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const before = await runInFolder(t, folder, { config: config(said) });
  const first = ['host', 'eu', 30];
  assert.deepEqual(await toldOf(before), [first, first, first, first.slice(0, 2), first.slice(0, 2), first]);
  await before.stop();

  const after_ = await runInFolder(t, folder, {
    config: config('{ retention_days: 7, trains: false }', 'fr').replace('type: host', 'type: cloud_partner'),
  });
  // The key was shown at the first start alone.
  const told = await toldOf({ ...after_, key: before.key });
  const then = ['cloud_partner', 'fr', 7];
  assert.deepEqual(told, [then, then, then, then.slice(0, 2), then.slice(0, 2), then]);
});
