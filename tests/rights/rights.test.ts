// What people ask of what is kept about them: it is left alone, corrected, objected to; and who is not them gets nothing.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { ada, Browser, setUp } from '../journeys/browser.ts';
import { ask, call, errorOf } from '../journeys/caller.ts';
import { eventually, runFairlead } from '../journeys/running-fairlead.ts';
import { dialects } from '../support/dialects.ts';

const fairlead = await runFairlead({ after });
const { url, key } = fairlead;
const owner = await setUp(fairlead);
const put = (browser: Browser, path: string, body: object, headers = {}) =>
  browser.visit(path, { method: 'PUT', body, headers });
const restriction = '/api/v1/privacy/restriction';
const dataOf = <Value>(page: { json<Read>(): Read }) => page.json<{ data: Value }>().data;

/** Within the second in which a change reaches every gateway. */
async function soonAnswers(status: number, more: Readonly<Record<string, unknown>> = {}, by = key): Promise<void> {
  await eventually(async () => {
    const reply = await call({ url, key: by, body: ask('sandbox/echo', more) });
    assert.equal(reply.status, status, reply.body.toString());
  }, 1_000);
}

async function invite(email: string, name: string): Promise<Browser> {
  const invited = await owner.post('/api/v1/invitations', { email, role: 'developer' });
  const invitation = dataOf<{ link: string }>(invited).link.split('/').at(-1) ?? '';
  const browser = new Browser(url);
  const made = await browser.post('/api/auth/sign-up/email', { name, email, password: 'a quiet harbour', invitation });
  assert.equal(made.status, 200, made.text);
  assert.equal((await browser.post('/api/v1/invitations/accept', { token: invitation })).status, 200);
  return browser;
}

test('who is restricted is refused in every dialect, is in nobody’s report, still has all rights, and goes on when it is lifted', async () => {
  await soonAnswers(200);
  await eventually(async () => assert.equal((await fairlead.ask<object[]>('usage', { by: 'workspace' })).length, 1));

  assert.equal((await put(owner, restriction, { restricted: true })).status, 200);

  await soonAnswers(403);
  for (const { address, headers, body } of dialects) {
    const path = address('sandbox/echo', false);
    const reply = await call({ url, path, headers: headers(key), body: body('sandbox/echo', 'one two', false) });
    assert.equal(reply.status, 403, path);
    assert.match(reply.body.toString(), /be kept and nothing else be done/, path);
  }
  assert.equal(errorOf(await call({ url, key, body: ask('sandbox/echo') })).code, 'processing_restricted');
  assert.equal((await call({ url, key, path: '/v1/models', method: 'GET' })).status, 403);
  assert.deepEqual(await fairlead.ask('usage', { by: 'workspace' }), []);
  assert.equal((await fairlead.ask<object[]>('usage', { by: 'workspace', workspace: 'default' })).length, 1);
  assert.equal((await owner.visit('/api/v1/privacy/held')).status, 200);
  const [state] = dataOf<{ activity: string }[]>(await owner.visit(restriction));
  assert.equal(state?.activity, 'all');

  assert.equal((await put(owner, restriction, { restricted: false })).status, 200);
  await soonAnswers(200);
  const kinds = dataOf<{ kind: string; state: string; identity: string }[]>(
    await owner.visit('/api/v1/privacy/requests'),
  );
  assert.deepEqual([kinds[0]?.kind, kinds[0]?.state, kinds[0]?.identity], ['restrict', 'closed', 'session']);
});

test('a workspace with others in it goes on when one of them is restricted, and stops when an owner restricts it whole', async () => {
  const guest = await invite('guest@example.org', 'Guest');

  assert.equal((await put(guest, restriction, { restricted: true })).status, 200);
  await soonAnswers(200);
  assert.equal((await put(guest, '/api/v1/privacy/workspace-restriction', { restricted: true })).status, 403);

  assert.equal((await put(owner, '/api/v1/privacy/workspace-restriction', { restricted: true })).status, 200);
  await soonAnswers(403);
  assert.equal((await put(owner, '/api/v1/privacy/workspace-restriction', { restricted: false })).status, 200);
  await soonAnswers(200);
  assert.equal((await put(guest, restriction, { restricted: false })).status, 200);
});

test('an end user is restricted by the name that requests give it, in its workspace alone; its rows are shown to its workspace', async () => {
  const { key: manager } = await fairlead.ask<{ key: string }>('key-create', { role: 'management' });
  const { id: elsewhere } = await fairlead.ask<{ id: string }>('workspace-create', {
    name: 'elsewhere',
    credit_usd: '1',
  });
  const { key: other } = await fairlead.ask<{ key: string }>('key-create', { workspace: elsewhere });
  await fairlead.ask('limit-set', { requests: 100, reset: 'daily', end_users: true });
  const by = { authorization: `Bearer ${manager}` };
  const end_user = 'customer 17';
  await soonAnswers(200, { user: end_user });
  await soonAnswers(200, { user: 'customer 18' });

  const shown = await new Browser(url).post('/api/v1/privacy/end-users/access', { end_user }, by);
  assert.equal(shown.status, 200, shown.text);
  assert.match(shown.text, /"allowance":\[/);
  assert.doesNotMatch(shown.text, /customer/);
  const unknown = await new Browser(url).post('/api/v1/privacy/end-users/access', { end_user: 'nobody' }, by);
  assert.doesNotMatch(unknown.text, /"allowance":\[/);

  const path = '/api/v1/privacy/end-users/restriction';
  assert.equal((await put(new Browser(url), path, { end_user, restricted: true }, by)).status, 200);
  await soonAnswers(403, { user: end_user });
  await soonAnswers(200, { user: 'customer 18' });
  await soonAnswers(200, {});
  await soonAnswers(200, { user: end_user }, other);
  assert.equal(
    (await put(new Browser(url), path, { end_user, restricted: true }, { authorization: `Bearer ${key}` })).status,
    403,
  );
  assert.equal((await put(new Browser(url), path, { end_user, restricted: false }, by)).status, 200);
  await soonAnswers(200, { user: end_user });
});

test('a name is corrected at once, an objection is kept, a question waits for a person and can be taken back', async () => {
  assert.equal((await owner.post('/api/v1/privacy/corrections', { name: 'Ada Corrected' })).status, 200);
  assert.match((await owner.visit('/api/v1/me')).text, /Ada Corrected/);
  const objection = { activity: 'improve', objects: true };
  assert.equal((await put(owner, '/api/v1/privacy/objections', objection)).status, 200);
  assert.equal((await put(owner, '/api/v1/privacy/objections', { ...objection, activity: 'bill' })).status, 400);
  await soonAnswers(200);

  const asked = await owner.post('/api/v1/privacy/requests', { kind: 'question', text: 'mark-what of my invoices' });
  assert.equal(asked.status, 201, asked.text);
  const { id } = dataOf<{ id: string }>(asked);
  const [desk] = (await fairlead.ask<Record<string, unknown>[]>('privacy-request-list')).filter(
    (each) => each.id === id,
  );
  assert.deepEqual([desk?.state, desk?.text, desk?.contact], ['open', 'mark-what of my invoices', ada.email]);
  const stranger = await invite('stranger@example.org', 'Stranger');
  assert.equal((await stranger.visit(`/api/v1/privacy/requests/${id}`, { method: 'DELETE' })).status, 404);
  assert.equal((await owner.visit(`/api/v1/privacy/requests/${id}`, { method: 'DELETE' })).status, 200);
});

test('no copy leaves without a fresh proof, after a new address, to another person, or after its time', async () => {
  const copies = '/api/v1/privacy/copies';
  const { id } = dataOf<{ id: string }>(await owner.post(copies));
  await eventually(async () => {
    const [copy] = dataOf<{ id: string; state: string }[]>(await owner.visit(copies));
    assert.deepEqual([copy?.id, copy?.state], [id, 'ready']);
  }, 20_000);
  assert.equal((await owner.visit(`${copies}/${id}`)).status, 200);
  const stranger = await invite('eve@example.org', 'Eve');
  assert.equal((await stranger.visit(`${copies}/${id}`)).status, 404);
  assert.deepEqual(dataOf<object[]>(await stranger.visit(copies)), []);

  // A session that somebody took over, without the password.
  people('update session set proved_at = 1');
  const stolen = await owner.visit(`${copies}/${id}`);
  assert.deepEqual([stolen.status, stolen.json<{ error: { reason: string } }>().error.reason], [403, 'proof-needed']);
  assert.equal((await stranger.post(copies)).status, 403);
  assert.equal((await put(owner, restriction, { restricted: true })).status, 403);
  assert.equal((await owner.post('/api/v1/proof', { password: ada.password })).status, 200);
  assert.equal((await owner.visit(`${copies}/${id}`)).status, 200);

  people(`update person set address_changed_at = ${Date.now() - 6 * 86_400_000}`);
  const moved = await owner.visit(`${copies}/${id}`);
  assert.deepEqual([moved.status, moved.json<{ error: { reason: string } }>().error.reason], [403, 'address-changed']);
  assert.equal((await owner.post(copies)).status, 403);
  people(`update person set address_changed_at = ${Date.now() - 8 * 86_400_000}`);
  assert.equal((await owner.visit(`${copies}/${id}`)).status, 200);

  main(`update privacy_copy set expires_at = ${Date.now() - 1}`);
  assert.equal((await owner.visit(`${copies}/${id}`)).status, 404);
});

function people(statement: string): void {
  using db = new DatabaseSync(join(fairlead.dataDir, 'people.db'), { timeout: 5_000 });
  db.exec(statement);
}

function main(statement: string): void {
  using db = new DatabaseSync(join(fairlead.dataDir, 'main.db'), { timeout: 5_000 });
  db.exec(statement);
}

test('what is kept of an end user is deleted by who serves it, and a register counts that without naming it', async () => {
  const { key: manager } = await fairlead.ask<{ key: string }>('key-create', { role: 'management' });
  const by = { authorization: `Bearer ${manager}` };
  const end_user = 'customer 18';
  await soonAnswers(200, { user: end_user });
  const asked = (path: string, headers: Record<string, string>) =>
    new Browser(url).post(`/api/v1/privacy/end-users/${path}`, { end_user }, headers);
  assert.notDeepEqual(dataOf<{ kept: object }>(await asked('access', by)).kept, {});

  const gone = await eventually(async () => {
    const page = await asked('deletion', by);
    assert.equal(page.status, 200, page.text);
    return dataOf<{ went: Record<string, number>; left: string[] }>(page);
  });

  assert.deepEqual(gone.left, []);
  assert.ok((gone.went.allowance ?? 0) >= 1 && (gone.went.privacy_case ?? 0) >= 1, JSON.stringify(gone));
  assert.deepEqual(dataOf<{ kept: object }>(await asked('access', by)).kept, {});
  assert.equal((await asked('deletion', { authorization: `Bearer ${key}` })).status, 403);
});

test('what a request is about is sealed with its words, and shown to who asked', async () => {
  const about = 'the lamp in the north tower';
  const sent = await owner.post('/api/v1/privacy/requests', { kind: 'question', text: 'why?', about });
  assert.equal(sent.status, 201, sent.text);

  assert.ok((await owner.visit('/api/v1/privacy/requests')).text.includes(about));
  const db = new DatabaseSync(join(fairlead.dataDir, 'main.db'), { readOnly: true });
  const rows = JSON.stringify(db.prepare('select facts, sealed from privacy_case').all());
  db.close();
  assert.ok(!rows.includes('north tower'));
});
