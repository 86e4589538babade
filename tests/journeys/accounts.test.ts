// The first account and signing in: a real Fairlead, real sockets, real files.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ada, Browser, setUp } from './browser.ts';
import { ask, call } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after });
const browser = await setUp(fairlead);
const { url } = fairlead;
type Me = {
  person: { id: string; name: string; email: string; verified: boolean };
  workspaces: { id: string; role: string }[];
  operator_roles: string[];
};
const me = (await browser.visit('/api/v1/me')).json<Me>();
const workspace = me.workspaces[0]?.id ?? '';

test('the set-up page makes the first account: owner of the workspace default, and operator', async () => {
  assert.deepEqual([me.person.name, me.person.email, me.person.verified], [ada.name, ada.email, false]);
  assert.deepEqual(
    me.workspaces.map(({ role }) => role),
    ['owner'],
  );
  assert.deepEqual(me.operator_roles, ['operator']);
});

test('the account API takes a session where it takes a management key, in a workspace of the person', async () => {
  const inWorkspace = { 'x-fairlead-workspace': workspace };

  const made = await browser.post('/api/v1/keys', { name: 'of a session' }, inWorkspace);
  assert.equal(made.status, 201, made.text);
  const listed = await browser.visit('/api/v1/keys', { headers: inWorkspace });
  assert.match(listed.text, /of a session/);
  assert.equal((await browser.visit('/api/v1/credits', { headers: inWorkspace })).status, 200);

  const { id: others } = await fairlead.ask<{ id: string }>('workspace-create', { name: 'others' });
  const foreign = await browser.visit('/api/v1/keys', { headers: { 'x-fairlead-workspace': others } });
  assert.equal(foreign.status, 403);
});

test('a page of another site changes nothing with the cookie of who visits it, and signs nobody in', async () => {
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ]) {
    const changed = await browser.post(
      '/api/v1/keys',
      { name: 'forged' },
      { ...headers, 'x-fairlead-workspace': workspace },
    );
    assert.equal(changed.status, 403, JSON.stringify(headers));
    const entered = await browser.post(
      '/api/auth/sign-in/email',
      { email: ada.email, password: ada.password },
      headers,
    );
    assert.equal(entered.status, 403);
  }
  assert.doesNotMatch((await browser.visit('/api/v1/keys')).text, /forged/);
});

test('signing in: a right password opens a session, a wrong one and an unknown address are told alike, signing out ends it', async () => {
  const visitor = new Browser(url);
  const wrong = await visitor.post('/api/auth/sign-in/email', { email: ada.email, password: 'not this one, ever' });
  const unknown = await visitor.post('/api/auth/sign-in/email', {
    email: 'nobody@example.org',
    password: 'not this one, ever',
  });
  const [told, toldUnknown] = [wrong, unknown].map(({ status, text }) => {
    const { request_id, ...body } = JSON.parse(text);
    assert.match(request_id, /^req_/);
    return { status, body };
  });
  assert.deepEqual(told, toldUnknown);
  assert.equal(wrong.status, 401);
  assert.equal((await visitor.visit('/api/v1/me')).status, 401);

  const entered = await visitor.post('/api/auth/sign-in/email', {
    email: ada.email.toUpperCase(),
    password: ada.password,
  });
  assert.equal(entered.status, 200, entered.text);
  assert.equal(entered.json().token, undefined);
  assert.equal((await visitor.visit('/api/v1/me')).json<Me>().person.id, me.person.id);

  const stolen = visitor.cookies;
  assert.equal((await visitor.post('/api/auth/sign-out')).status, 200);
  const late = await new Browser(url).visit('/api/v1/me', { headers: { cookie: stolen } });
  assert.equal(late.status, 401);
});

test('nobody makes an account uninvited', async () => {
  const asked = await new Browser(url).post('/api/auth/sign-up/email', {
    name: 'Eve',
    email: 'eve@example.org',
    password: 'let me in, please',
  });

  assert.equal(asked.status, 403);
  assert.match(asked.text, /INVITED_ONLY/);
});

test('while sixteen people sign in at once, requests of programs are answered between their hashes', async () => {
  const visitor = new Browser(url);
  let signedIn = 0;
  const signIns = Array.from({ length: 16 }, (_, index) =>
    visitor
      .post('/api/auth/sign-in/email', { email: `guest${index}@example.org`, password: 'some long password' })
      .then(({ status }) => {
        signedIn += 1;
        return status;
      }),
  );

  const answered = await call({ url, key: fairlead.key, body: ask('sandbox/echo') });
  const signedInBefore = signedIn;

  assert.equal(answered.status, 200);
  assert.ok(signedInBefore < 16, 'the request waited for every sign-in');
  assert.deepEqual(new Set(await Promise.all(signIns)), new Set([401]));
});

test('over plain HTTP off this machine signing in says what is missing', async () => {
  const far = { host: 'ai.example.net' };
  const asked = await new Browser(url).post(
    '/api/auth/sign-in/email',
    { email: ada.email, password: ada.password },
    far,
  );

  assert.equal(asked.status, 403);
  assert.match(asked.text, /FAIRLEAD_PUBLIC_URL/);
});

test('behind a proxy with TLS cookies belong to one host alone; on this machine they have a plain name', async () => {
  const tls = { host: 'ai.example.org', 'x-forwarded-proto': 'https' };
  const entered = await new Browser(url).post(
    '/api/auth/sign-in/email',
    { email: ada.email, password: ada.password },
    tls,
  );

  const cookies = entered.headers['set-cookie'] ?? [];
  assert.ok(
    cookies.some((cookie) =>
      /^__Host-fairlead\.session_token=.*; Path=\/; HttpOnly; Secure; SameSite=Lax/i.test(cookie),
    ),
    cookies.join('\n'),
  );
  assert.match(browser.cookies, /(^|; )fairlead\.session_token=/);
});

test('J6: neither name nor e-mail address of a person stands in any file', () => {
  const forms = [ada.email, ada.name, 'harbourmaster'].flatMap((text) => [
    ...[text, Buffer.from(text).toString('base64').slice(0, -3), Buffer.from(text).toString('hex')],
  ]);
  const files = readdirSync(fairlead.dataDir, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  assert.ok(files.some(({ name }) => name === 'people.db-wal'));

  for (const file of files) {
    const bytes = readFileSync(join(file.parentPath, file.name)).toString('latin1').toLowerCase();
    // What the operator said of himself for the public pages is meant to be read.
    if (file.name.startsWith('main.db')) {
      assert.ok(!bytes.includes(ada.email), file.name);
      continue;
    }
    for (const form of forms) assert.ok(!bytes.includes(form.toLowerCase()), `${form} in ${file.name}`);
  }
});
