// What whoever runs this Fairlead does from its pages: a real Fairlead, real sockets.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ada, Browser, confirm, letterLink, setUp } from './browser.ts';
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

  const { data } = (await operator.visit('/api/v1/operator/audit')).json<
    Rows<{ action: string; target: string; outcome: string }>
  >();
  const changes = data.map(({ action, target, outcome }) => `${action} ${outcome} ${target.replace(/ws_\w+/, 'ws')}`);
  assert.deepEqual(changes, [
    'operator-markup-remove done model=sandbox/echo',
    'operator-markup-remove asked ',
    'operator-markup-set done percent=10 model=sandbox/echo',
    'operator-markup-set asked ',
    'operator-unfreeze asked ws',
    'operator-freeze asked ws',
  ]);
});

test('what the command line changes stands in the log of operators, what it only looks at does not', async () => {
  const made = await fairlead.cli<{ id: string }>('key', 'create', '--name', 'by hand');
  await fairlead.cli('key', 'list');
  await fairlead.cli('key', 'disable', made.id);

  const { data } = (await operator.visit('/api/v1/operator/audit?limit=3')).json<
    Rows<{ actor: string; action: string; target: string }>
  >();

  assert.deepEqual(
    data.map(({ actor, action, target }) => [actor, action, target]),
    [
      ['command-line', 'key-disable', made.id],
      ['command-line', 'key-create', made.id],
      ['command-line', 'key-create', ''],
    ],
  );
});

test('the last operator stays one', async () => {
  const { data } = (await operator.visit('/api/v1/operator/roles')).json<Rows<{ id: string; role: string }>>();

  const gone = await operator.visit(`/api/v1/operator/roles/${data[0]?.id}/operator`, { method: 'DELETE' });

  assert.equal(gone.status, 409);
});

/** Somebody with an account, who has not confirmed its address. */
async function join(name: string): Promise<Browser> {
  const email = `${name}@example.org`;
  const invited = await operator.post('/api/v1/invitations', { email, role: 'viewer' });
  const invitation = invited.json<{ data: { link: string } }>().data.link.split('/').at(-1) ?? '';
  const browser = new Browser(url);
  const account = { name, email, password: 'a quiet harbour', invitation };
  assert.equal((await browser.post('/api/auth/sign-up/email', account)).status, 200);
  return browser;
}

test('a role goes to nobody who has not confirmed the address; the log says who got which', async () => {
  await join('early');
  const wanted = { email: 'early@example.org', role: 'finance' };
  assert.equal((await operator.post('/api/v1/operator/roles', wanted)).status, 409);

  await confirm(operator, wanted.email);
  const granted = await operator.post('/api/v1/operator/roles', wanted);

  assert.equal(granted.status, 200, granted.text);
  const { id, email } = granted.json<{ data: { id: string; email: string } }>().data;
  assert.equal(email, wanted.email);
  assert.match(id, /^per_/);
  const { data } = (await operator.visit('/api/v1/operator/audit?limit=1')).json<
    Rows<{ action: string; target: string }>
  >();
  assert.deepEqual([data[0]?.action, data[0]?.target], ['operator-role-grant', `${id} finance`]);
});

test('support reads no letter, and no operator those of another one: a link in a letter is as good as a password', async () => {
  const support = await join('support');
  await confirm(operator, 'support@example.org');
  const role = { email: 'support@example.org', role: 'support' };
  assert.equal((await operator.post('/api/v1/operator/roles', role)).status, 200);
  await new Browser(url).post('/api/auth/request-password-reset', { email: ada.email });

  const outbox = await support.visit('/api/v1/operator/outbox');
  assert.equal(outbox.status, 200);
  assert.doesNotMatch(outbox.text, /\/reset\/|"text"/);
  const [letter] = outbox.json<Rows<{ id: string; kind: string }>>().data;
  assert.equal(letter?.kind, 'reset');
  assert.equal((await support.post(`/api/v1/operator/outbox/${letter?.id}/read`)).status, 403);

  await operator.post('/api/v1/operator/roles', { ...role, role: 'operator' });
  assert.equal((await support.post(`/api/v1/operator/outbox/${letter?.id}/read`)).status, 403);
  assert.match(await letterLink(operator, { kind: 'reset', to: ada.email }), /^\/reset\//);
  const { data } = (await operator.visit('/api/v1/operator/audit?limit=1')).json<
    Rows<{ action: string; target: string }>
  >();
  assert.deepEqual([data[0]?.action, data[0]?.target], ['operator-letter-read', letter?.id]);
});

test('the workspace of the operator is known by its id: no name that somebody takes makes another one it', async () => {
  const other = await join('other');
  const [own] = (await operator.visit('/api/v1/operator/workspaces')).json<Rows<{ id: string }>>().data;
  assert.equal((await operator.visit('/api/v1/workspace', { method: 'PATCH', body: { name: 'renamed' } })).status, 200);
  for (const name of ['default', ' Default ']) {
    assert.equal((await other.post('/api/v1/workspaces', { name })).status, 400, name);
  }
  assert.equal((await other.post('/api/v1/workspaces', { name: 'mine' })).status, 201);
  assert.equal((await other.visit('/api/v1/workspace', { method: 'PATCH', body: { name: 'default' } })).status, 400);

  for (const named of [[], ['--workspace', 'default']]) {
    const credited = await fairlead.cli<{ workspace: string }>('wallet', 'credit', '--usd', '1.00', ...named);
    assert.equal(credited.workspace, own?.id);
  }
  assert.equal((await operator.visit('/api/v1/workspace', { method: 'PATCH', body: { name: 'default' } })).status, 200);
});
