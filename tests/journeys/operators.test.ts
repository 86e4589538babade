// What whoever runs this Fairlead does from its pages: a real Fairlead, real sockets.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setUp } from './browser.ts';
import { ask, call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after });
const { url, key } = fairlead;
const operator = await setUp(fairlead);
type Rows<Row> = { data: Row[] };

test('a frozen workspace: every key of it is refused within a second, and works again when it is thawed', async () => {
  const list = async () =>
    (await operator.visit('/api/v1/operator/workspaces')).json<Rows<{ id: string; frozen: boolean; members: number }>>()
      .data;
  const [workspace] = await list();
  assert.deepEqual([workspace?.frozen, workspace?.members], [false, 1]);
  assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 200);

  assert.equal((await operator.post(`/api/v1/operator/workspaces/${workspace?.id}/freeze`)).status, 200);
  await eventually(async () => assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 401));
  assert.equal((await call({ url, key, path: '/api/v1/credits', method: 'GET' })).status, 401);
  assert.equal((await list())[0]?.frozen, true);

  assert.equal((await operator.post(`/api/v1/operator/workspaces/${workspace?.id}/unfreeze`)).status, 200);
  await eventually(async () => assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 200));
});

test('a markup that is set shows in what customers pay', async () => {
  const rule = { percent: '10', model: 'sandbox/echo' };
  assert.equal((await operator.post('/api/v1/operator/markup', rule)).status, 200);

  await eventually(async () => {
    const { data } = (await operator.visit('/api/v1/operator/prices')).json<
      Rows<{ id: string; endpoints: { price: { output: string } }[] }>
    >();
    assert.equal(data.find(({ id }) => id === 'sandbox/echo')?.endpoints[0]?.price.output, '2.2');
  });
  const removed = await operator.visit('/api/v1/operator/markup?model=sandbox%2Fecho', { method: 'DELETE' });
  assert.equal(removed.status, 200);
});

test('upstreams, endpoints, health, ledger and cases are there to be read; what operators change is in their log', async () => {
  for (const part of [
    'upstreams',
    'endpoints',
    'health',
    'ledger',
    'ledger/check',
    'jobs',
    'abuse',
    'roles',
    'outbox',
  ]) {
    const page = await operator.visit(`/api/v1/operator/${part}`);
    assert.equal(page.status, 200, `${part}: ${page.text}`);
    assert.ok('data' in page.json(), part);
  }

  const { data } = (await operator.visit('/api/v1/operator/audit')).json<Rows<{ action: string }>>();
  const actions = data.map(({ action }) => action);
  assert.deepEqual(actions, ['operator-markup-remove', 'operator-markup-set', 'operator-unfreeze', 'operator-freeze']);
});

test('what the command line changes stands in the log of operators, what it only looks at does not', async () => {
  const made = await fairlead.cli<{ id: string }>('key', 'create', '--name', 'by hand');
  await fairlead.cli('key', 'list');
  await fairlead.cli('key', 'disable', made.id);

  const { data } = (await operator.visit('/api/v1/operator/audit?limit=2')).json<
    Rows<{ actor: string; action: string; target: string }>
  >();

  assert.deepEqual(
    data.map(({ actor, action, target }) => [actor, action, target]),
    [
      ['command-line', 'key-disable', made.id],
      ['command-line', 'key-create', ''],
    ],
  );
});

test('the last operator stays one', async () => {
  const { data } = (await operator.visit('/api/v1/operator/roles')).json<Rows<{ id: string; role: string }>>();

  const gone = await operator.visit(`/api/v1/operator/roles/${data[0]?.id}/operator`, { method: 'DELETE' });

  assert.equal(gone.status, 409);
});
