// Keys that operate: what an operator may over the dashboard, its program may with a key, and nobody else's key may.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Browser, setUp } from './browser.ts';
import { call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';
import { answerOf, startUpstream } from './scripted-upstream.ts';

const harbour = await startUpstream({ after }, ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(answerOf('ready'));
});
const fairlead = await runFairlead({ after });
const { url, ask } = fairlead;
const owner = await setUp(fairlead);
const made = await ask<{ id: string; key: string }>('key-create', { role: 'management', operates: true });
const ordinary = await ask<{ key: string }>('key-create', { role: 'management' });

async function as(key: string, path: string, over: { readonly method?: string; readonly body?: unknown } = {}) {
  const reply = await call({ url, key, path: `/api/v1/operator/${path}`, method: 'GET', ...over });
  return { status: reply.status, text: reply.body.toString() };
}

test('it adds, tests and prices an upstream, as the dashboard does; the log of changes names the key', async () => {
  const models = { rope: { as: 'harbour/rope', price: { input: '2', output: '10' } } };
  const upstream = { base_url: harbour.url, type: 'host', data: { trains: false }, models };
  const added = await as(made.key, 'upstreams', { method: 'POST', body: { name: 'harbour', upstream } });
  assert.equal(added.status, 201, added.text);

  const tested = await as(made.key, 'upstreams/harbour/test', { method: 'POST', body: {} });
  assert.match(tested.text, /"ok":true/);
  const priced = await as(made.key, 'prices', {
    method: 'POST',
    body: { endpoint: 'harbour/rope@harbour', price: { input: '3', output: '30' } },
  });
  assert.equal(priced.status, 200, priced.text);
  await eventually(async () => assert.match((await as(made.key, 'margin?days=1')).text, /"harbour\/rope@harbour"/));

  const log = (await owner.visit('/api/v1/operator/audit')).json<{
    data: { actor: string; action: string; target: string }[];
  }>();
  const entry = log.data.find(({ action }) => action === 'operator-upstream-add');
  assert.equal(entry?.actor, made.id);
});

test('a wrong body is refused in the words of the file', async () => {
  const refused = await as(made.key, 'upstreams', {
    method: 'POST',
    body: { name: 'pier', upstream: { base_ur: 'x' } },
  });

  assert.equal(refused.status, 400);
  assert.match(refused.text, /did you mean/);
});

test("no other key does: an ordinary management key, another workspace's, one that is disabled", async () => {
  assert.equal((await as(ordinary.key, 'upstreams')).status, 403);
  assert.equal((await as(fairlead.key, 'upstreams')).status, 403);
  const { id: workspace } = await ask<{ id: string }>('workspace-create', { name: 'others' });
  await assert.rejects(ask('key-create', { role: 'management', operates: true, workspace }), {
    sentence: /the operator's own workspace/,
  });
  await assert.rejects(ask('key-create', { operates: true }), { sentence: /management key/ });
  // What members set on keys and workspaces makes none either.
  const through = await call({
    ...{ url, key: ordinary.key, path: '/api/v1/keys', method: 'POST' },
    body: { name: 'x', operates: true, role: 'management' },
  });
  const { key } = JSON.parse(through.body.toString()) as { key?: string };
  if (key !== undefined) assert.equal((await as(key, 'upstreams')).status, 403);
  const other = await ask<{ id: string; key: string }>('key-create', { role: 'management', operates: true });
  await ask('key-disable', { id: other.id });
  await eventually(async () => assert.equal((await as(other.key, 'upstreams')).status, 401));
});

test('nobody comes to operate, or to manage, by asking for the new secret of a key that does', async () => {
  const { id: ordinaryId } = await ask<{ id: string }>('key-create', { role: 'management' });
  const { id: plainId } = await ask<{ id: string }>('key-create', {});
  const bo = { name: 'Bo', email: 'bo@example.org', password: 'ropes and bollards' };
  const invited = await owner.post('/api/v1/invitations', { email: bo.email, role: 'developer' });
  const { link } = invited.json<{ data: { link: string } }>().data;
  const invitation = link.split('/').at(-1);
  const developer = new Browser(url);
  assert.equal((await developer.post('/api/auth/sign-up/email', { ...bo, invitation })).status, 200);
  assert.equal((await developer.post('/api/v1/invitations/accept', { token: invitation })).status, 200);
  const byKey = async (id: string) =>
    await call({ url, key: ordinary.key, path: `/api/v1/keys/${id}/rotate`, method: 'POST', body: {} });

  for (const who of [owner, developer]) {
    const refused = await who.post(`/api/v1/keys/${made.id}/rotate`);
    assert.equal(refused.status, 400, refused.text);
    assert.match(refused.text, /by the command line alone/);
  }
  assert.equal((await byKey(made.id)).status, 400);
  const higher = await developer.post(`/api/v1/keys/${ordinaryId}/rotate`);
  assert.equal(higher.status, 400, higher.text);

  assert.equal((await developer.post(`/api/v1/keys/${plainId}/rotate`)).status, 200);
  assert.equal((await byKey(ordinaryId)).status, 200);
  assert.equal((await owner.post(`/api/v1/keys/${ordinaryId}/rotate`)).status, 200);
  assert.ok((await ask<{ key: string }>('key-rotate', { id: made.id })).key);
});

test('what a person alone may, it may not: letters, roles, looks at content', async () => {
  const paths = ['outbox/none/read', 'roles', 'inspections'];
  for (const path of paths) {
    const reply = await as(made.key, path, { method: 'POST', body: { email: 'a@example.org', role: 'operator' } });
    assert.equal(reply.status, 403, `${path}: ${reply.text}`);
  }
});
