// Workspaces, members, invitations, sessions and the log of changes: a real Fairlead, real sockets.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type AuditEntry, brokenAuditPlace } from '#core/trust/audit-chain.ts';
import { ada, Browser, setUp } from './browser.ts';
import { runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after });
const { url } = fairlead;
const owner = await setUp(fairlead);
const bo = { name: 'Bo Bollard', email: 'bo.bollard@example.org', password: 'ropes and bollards' } as const;

type Member = { id: string; name: string; email: string; role: string; you: boolean };

function dataOf<Value>(page: { json<Read>(): Read }): Value {
  return page.json<{ data: Value }>().data;
}

async function invite(email: string, role: string, workspace?: string): Promise<string> {
  const headers: Record<string, string> = workspace === undefined ? {} : { 'x-fairlead-workspace': workspace };
  const page = await owner.post('/api/v1/invitations', { email, role }, headers);
  assert.equal(page.status, 201, page.text);
  return dataOf<{ link: string }>(page).link.split('/').at(-1) ?? '';
}

test('who is invited makes an account with the link and becomes a member; the link works once, and for that address alone', async () => {
  const token = await invite(bo.email, 'developer');
  const shown = await new Browser(url).post('/api/v1/invitations/show', { token });
  assert.deepEqual(Object.keys(dataOf<object>(shown)), ['email', 'role', 'expires_at']);

  const eve = await new Browser(url).post('/api/auth/sign-up/email', {
    ...bo,
    email: 'eve@example.org',
    invitation: token,
  });
  assert.equal(eve.status, 403);
  const wrongHands = await owner.post('/api/v1/invitations/accept', { token });
  assert.equal(wrongHands.status, 403);

  const browser = new Browser(url);
  assert.equal((await browser.post('/api/auth/sign-up/email', { ...bo, invitation: token })).status, 200);
  assert.equal((await browser.post('/api/v1/invitations/accept', { token })).status, 200);
  assert.equal((await browser.post('/api/v1/invitations/accept', { token })).status, 404);

  const members = dataOf<Member[]>(await owner.visit('/api/v1/members'));
  assert.deepEqual(
    members.map(({ name, email, role, you }) => [name, email, role, you]),
    [
      [ada.name, ada.email, 'owner', true],
      [bo.name, bo.email, 'developer', false],
    ],
  );
});

test('what is not asked for is refused at the sign-up', async () => {
  const token = await invite('more@example.org', 'viewer');
  const asked = { ...bo, email: 'more@example.org', invitation: token, emailVerified: true };

  assert.equal((await new Browser(url).post('/api/auth/sign-up/email', asked)).status, 400);
});

test('the page that an invitation leads to makes the account without script, and takes nobody in from another site', async () => {
  const token = await invite('cy@example.org', 'viewer');
  const browser = new Browser(url);
  const form = 'name=%3Cb%3ECy%3C%2Fb%3E&email=cy%40example.org&password=a+rope+and+a+ring';
  assert.match((await browser.visit(`/invitation/${token}`)).text, /cy@example\.org/);
  assert.equal((await browser.post(`/invitation/${token}`, form, { 'sec-fetch-site': 'cross-site' })).status, 403);
  assert.equal((await browser.post(`/invitation/${token}`, form.replace('a+rope+and+a+ring', 'short'))).status, 422);

  const entered = await browser.post(`/invitation/${token}`, form);

  assert.deepEqual([entered.status, entered.headers.location], [303, '/console/']);
  const me = (await browser.visit('/api/v1/me')).json<{ workspaces: { role: string }[] }>();
  assert.deepEqual(
    me.workspaces.map(({ role }) => role),
    ['viewer'],
  );
  assert.equal((await browser.visit(`/invitation/${token}`)).status, 410);
  const members = dataOf<Member[]>(await owner.visit('/api/v1/members'));
  const cy = members.find(({ email }) => email === 'cy@example.org');
  assert.equal(cy?.name, '<b>Cy</b>');
  assert.equal((await owner.visit(`/api/v1/members/${cy?.id}`, { method: 'DELETE' })).status, 200);
});

test('a workspace never loses its last owner; a role that is taken holds at once', async () => {
  const members = dataOf<Member[]>(await owner.visit('/api/v1/members'));
  const [first, second] = [members[0]?.id, members[1]?.id];

  assert.equal(
    (await owner.visit(`/api/v1/members/${first}`, { method: 'PATCH', body: { role: 'viewer' } })).status,
    409,
  );
  assert.equal((await owner.visit(`/api/v1/members/${first}`, { method: 'DELETE' })).status, 409);

  const browser = new Browser(url);
  await browser.post('/api/auth/sign-in/email', { email: bo.email, password: bo.password });
  assert.equal((await browser.post('/api/v1/keys', { name: 'of Bo' })).status, 201);
  await owner.visit(`/api/v1/members/${second}`, { method: 'PATCH', body: { role: 'viewer' } });
  assert.equal((await browser.post('/api/v1/keys', { name: 'no more' })).status, 403);
  assert.equal((await owner.visit(`/api/v1/members/${second}`, { method: 'DELETE' })).status, 200);
  assert.equal((await browser.visit('/api/v1/keys')).status, 403);
});

test('what an admin invited is taken back when it is taken out; who may not take others out leaves no entry', async () => {
  const token = await invite('ad@example.org', 'admin');
  const admin = new Browser(url);
  const account = { name: 'Ad', email: 'ad@example.org', password: 'a rope and a ring', invitation: token };
  await admin.post('/api/auth/sign-up/email', account);
  await admin.post('/api/v1/invitations/accept', { token });
  const made = await admin.post('/api/v1/invitations', { email: 'ad-again@example.org', role: 'admin' });
  const again = dataOf<{ link: string }>(made).link.split('/').at(-1) ?? '';
  const me = (await admin.visit('/api/v1/me')).json<{ person: { id: string } }>().person;
  const open = dataOf<{ email: string; invited_by: string }[]>(await owner.visit('/api/v1/invitations'));
  assert.equal(open.find(({ email }) => email === 'ad-again@example.org')?.invited_by, me.id);

  assert.equal(
    (await owner.visit(`/api/v1/members/${me.id}`, { method: 'PATCH', body: { role: 'admin' } })).status,
    200,
  );
  const kept = await admin.post('/api/v1/invitations', { email: 'ad-third@example.org', role: 'admin' });
  const third = dataOf<{ link: string }>(kept).link.split('/').at(-1) ?? '';
  await owner.visit(`/api/v1/members/${me.id}`, { method: 'PATCH', body: { role: 'viewer' } });
  const entries = async () => dataOf<{ place: number }[]>(await owner.visit('/api/v1/audit?limit=1'))[0]?.place;
  const before = await entries();
  const someone = dataOf<Member[]>(await owner.visit('/api/v1/members')).find(({ you }) => you)?.id;
  assert.equal((await admin.visit(`/api/v1/members/${someone}`, { method: 'DELETE' })).status, 403);
  assert.equal(await entries(), before);

  assert.equal((await owner.visit(`/api/v1/members/${me.id}`, { method: 'DELETE' })).status, 200);
  for (const each of [again, third]) {
    assert.equal((await new Browser(url).post('/api/v1/invitations/show', { token: each })).status, 404);
  }
});

test('a person makes a workspace of its own, and names it anew', async () => {
  const made = dataOf<{ id: string }>(await owner.post('/api/v1/workspaces', { name: 'pier two' }));
  const headers = { 'x-fairlead-workspace': made.id };

  assert.equal(
    (await owner.visit('/api/v1/workspace', { method: 'PATCH', body: { name: 'pier 2' }, headers })).status,
    200,
  );
  assert.equal(
    (await owner.visit('/api/v1/workspace', { method: 'PATCH', body: { name: 'default' }, headers })).status,
    400,
  );
  const mine = dataOf<{ name: string; role: string }[]>(await owner.visit('/api/v1/workspaces'));
  assert.deepEqual(
    mine.map(({ name, role }) => [name, role]),
    [
      ['default', 'owner'],
      ['pier 2', 'owner'],
    ],
  );
});

test('sessions are listed and ended: whoever has the cookie of one that ended is nobody', async () => {
  const other = new Browser(url);
  await other.post('/api/auth/sign-in/email', { email: ada.email, password: ada.password });
  const sessions = dataOf<{ id: string; device: string; current: boolean }[]>(await owner.visit('/api/v1/sessions'));
  assert.deepEqual(sessions.map(({ device, current }) => [device, current]).sort(), [
    ['Firefox on Linux', false],
    ['Firefox on Linux', true],
  ]);

  const gone = sessions.find(({ current }) => !current)?.id;
  assert.equal((await owner.visit(`/api/v1/sessions/${gone}`, { method: 'DELETE' })).status, 200);
  assert.equal((await other.visit('/api/v1/me')).status, 401);
  assert.equal((await owner.visit('/api/v1/me')).status, 200);
});

test('showing the password again asks for the right one', async () => {
  assert.equal((await owner.post('/api/v1/proof', { password: 'a wrong one' })).status, 400);
  assert.equal((await owner.post('/api/v1/proof', { password: ada.password })).status, 200);
});

test('the log of changes has every change in its order, hash-chained, by pseudonyms alone', async () => {
  const { workspaces, person } = (await owner.visit('/api/v1/me')).json<{
    workspaces: { id: string; name: string }[];
    person: { id: string };
  }>();
  const headers = { 'x-fairlead-workspace': workspaces.find(({ name }) => name === 'default')?.id ?? '' };

  const exported = await owner.visit('/api/v1/audit/export', { headers });
  const entries = exported.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEntry);
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

  assert.equal(brokenAuditPlace(entries, sha256), undefined);
  const actions = entries.map(({ action, outcome }) => `${action} ${outcome}`);
  for (const action of [
    'invitation-create asked',
    'invitation-accept asked',
    'member-change refused',
    'key-create asked',
    'member-remove asked',
  ]) {
    assert.ok(actions.includes(action), action);
  }
  const done = entries.filter(({ outcome }) => outcome === 'done').map(({ action, target }) => `${action} ${target}`);
  for (const pattern of [
    /^invitation-create inv_\w+ developer$/,
    /^member-change per_\w+ viewer$/,
    /^key-create key_\w+$/,
  ]) {
    assert.ok(
      done.some((each) => pattern.test(each)),
      String(pattern),
    );
  }
  assert.equal(entries[0]?.actor, person.id);
  const rest = await owner.visit('/api/v1/audit/export?from=3', { headers });
  assert.equal(JSON.parse(rest.text.split('\n')[0] ?? '').place, 3);
  assert.doesNotMatch(exported.text, /bollard|harbour|example\.org/i);
  const [newest] = dataOf<{ place: number }[]>(await owner.visit('/api/v1/audit?limit=1', { headers }));
  assert.equal(newest?.place, entries.length - 1);

  for (const [place, entry] of entries.entries()) {
    const changed = entries.with(place, { ...entry, target: `${entry.target}x` });
    assert.equal(brokenAuditPlace(changed, sha256), place);
    if (place < entries.length - 1) assert.equal(brokenAuditPlace(entries.toSpliced(place, 1), sha256), place);
  }
});

test('J6: the address of who was invited stands in no file', () => {
  const files = readdirSync(fairlead.dataDir, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());

  for (const file of files) {
    const bytes = readFileSync(join(file.parentPath, file.name)).toString('latin1').toLowerCase();
    for (const secret of [bo.email, bo.name, 'more@example.org']) {
      assert.ok(!bytes.includes(secret.toLowerCase()), `${secret} in ${file.name}`);
    }
  }
});
