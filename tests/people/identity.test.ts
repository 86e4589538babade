// How people change the way they sign in, through the whole of a running Fairlead: passkeys, and another e-mail address.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { ada, Browser, confirm, letterLink, setUp } from '../journeys/browser.ts';
import { runFairlead } from '../journeys/running-fairlead.ts';
import { Authenticator } from '../support/authenticator.ts';

const fairlead = await runFairlead({ after });
const owner = await setUp(fairlead);
const { url } = fairlead;
const here = { host: `localhost:${new URL(url).port}` };
const origin = `http://${here.host}`;
const device = new Authenticator(origin);
type Begun = { data: { challenge: string; rp: { id: string }; rpId: string } };

test('a passkey is added with fresh proof, and signs in without a password and without a code', async () => {
  const begun = (await owner.post('/api/v1/passkeys/begin', {}, here)).json<Begun>();
  const added = await owner.post('/api/v1/passkeys', { name: 'pier', response: device.make(begun.data) }, here);
  assert.equal(added.status, 201, added.text);

  const guest = new Browser(url);
  const asked = (await guest.post('/api/auth/passkey/begin', {}, here)).json<Begun>();
  const entered = await guest.post('/api/auth/passkey/enter', { response: device.sign(asked.data) }, here);

  assert.equal(entered.status, 200, entered.text);
  const me = await guest.visit('/api/v1/me', { headers: here });
  assert.equal(me.json<{ person: { email: string } }>().person.email, ada.email);
  const sessions = await guest.visit('/api/v1/sessions', { headers: here });
  assert.match(sessions.text, /Firefox on Linux/);
  const log = (await owner.visit('/api/v1/me/audit', { headers: here })).text;
  assert.match(log, /"action":"passkey-add"/);
});

test('a letter tells whose account it is when a passkey is added or removed, without a link that opens anything', async () => {
  const begun = (await owner.post('/api/v1/passkeys/begin', {}, here)).json<Begun>();
  const made = await owner.post(
    '/api/v1/passkeys',
    { name: 'buoy', response: new Authenticator(origin).make(begun.data) },
    here,
  );
  const { id } = made.json<{ data: { id: string } }>().data;
  const path = `/api/v1/passkeys/${id}`;
  assert.equal((await owner.visit(path, { method: 'DELETE', headers: here })).status, 200);
  assert.equal((await owner.visit(path, { method: 'DELETE', headers: here })).status, 404, 'nothing is gone twice');

  type Letters = { data: { id: string; kind: string; to: string; subject: string }[] };
  const letters = (await owner.visit('/api/v1/operator/outbox', { headers: here })).json<Letters>().data;
  const told = letters.filter(({ kind }) => kind === 'way-in');
  assert.deepEqual(
    told.map(({ to, subject }) => [to, subject]),
    [
      [ada.email, 'A passkey was removed from your account'],
      [ada.email, 'A passkey was added to your account'],
      [ada.email, 'A passkey was added to your account'],
    ],
  );
  const read = await owner.post(`/api/v1/operator/outbox/${told[0]?.id}/read`, {}, here);
  assert.match(read.text, /choose a new password/);
  assert.deepEqual(read.text.match(/https?:\/\/[^\s"\\]+/g), [
    'https://ai.example.org/console/settings',
    'https://ai.example.org',
  ]);
});

test('what one passkey signed for a session is fresh proof there; a page of another site is refused', async () => {
  const begun = await owner.post('/api/v1/proof/begin', {}, here);
  const { passkey, password } = begun.json<{ data: { passkey: Begun['data']; password: boolean } }>().data;
  assert.equal(password, true);
  const signed = device.sign(passkey);
  assert.equal((await owner.post('/api/v1/proof', { passkey: signed }, here)).status, 200);
  assert.equal((await owner.post('/api/v1/proof', { passkey: signed }, here)).status, 400, 'it proves twice');

  const guest = new Browser(url);
  const asked = (await guest.post('/api/auth/passkey/begin', {}, here)).json<Begun>();
  const elsewhere = { ...here, 'sec-fetch-site': 'cross-site' };
  const forged = await guest.post('/api/auth/passkey/enter', { response: device.sign(asked.data) }, elsewhere);
  assert.equal(forged.status, 403);
});

test('a network that tries without end is told to wait', async () => {
  const statuses: number[] = [];
  for (let index = 0; index < 130; index += 1)
    statuses.push((await new Browser(url).post('/api/auth/passkey/enter', { response: { id: 'x' } }, here)).status);

  assert.equal(statuses[0], 401);
  assert.equal(statuses.at(-1), 429);
});

test('another address takes a click in both letters; then all sessions end, and the new one signs in', async () => {
  await confirm(owner, ada.email);
  const wanted = 'ada.new@example.org';
  const asked = await owner.post('/api/v1/me/address', { email: wanted });
  assert.equal(asked.status, 200, asked.text);
  const fromOld = await letterLink(owner, { kind: 'address-old', to: ada.email });
  const fromNew = await letterLink(owner, { kind: 'address-new', to: wanted });

  assert.match((await owner.post(fromNew, '')).text, /your old address/);
  assert.equal((await owner.post(fromNew, '', { 'sec-fetch-site': 'cross-site' })).status, 403);
  const shown = (await owner.visit('/api/v1/me/address')).json<{ data: object }>().data;
  assert.deepEqual(
    { ...shown, expires_at: '' },
    { email: wanted, old_confirmed: false, new_confirmed: true, expires_at: '' },
  );
  const early = await owner.post('/api/auth/request-password-reset', { email: ada.email });
  assert.equal(early.status, 200);
  const reset = await letterLink(owner, { kind: 'reset', to: ada.email });
  assert.match((await owner.post(fromOld, '')).text, /Your address is changed/);

  assert.equal((await owner.visit('/api/v1/me')).status, 401);
  assert.equal((await owner.post(fromOld, '')).status, 410);
  assert.equal((await owner.post(reset, 'password=a+newer+lantern')).status, 422, 'a letter to the old address opens');
  const { password } = ada;
  assert.equal((await owner.post('/api/auth/sign-in/email', { email: ada.email, password })).status, 401);
  assert.equal((await owner.post('/api/auth/sign-in/email', { email: wanted, password })).status, 200);
  assert.match((await owner.visit('/api/v1/me')).text, /"verified":true/);
});

test('an address that somebody has gets no letter, and whoever asks for it is told the same', async () => {
  const { id: workspace } = (await owner.visit('/api/v1/me')).json<{ workspaces: { id: string }[] }>()
    .workspaces[0] ?? { id: '' };
  const invited = await owner.post(
    '/api/v1/invitations',
    { email: 'bo@example.org', role: 'viewer' },
    { 'x-fairlead-workspace': workspace },
  );
  const invitation = invited.json<{ data: { link: string } }>().data.link.split('/').at(-1);
  const bo = new Browser(url);
  const made = await bo.post('/api/auth/sign-up/email', {
    name: 'Bo',
    email: 'bo@example.org',
    password: 'a quiet harbour',
    invitation,
  });
  assert.equal(made.status, 200, made.text);
  // A link that was handed over proves nothing about a mailbox.
  assert.match((await bo.visit('/api/v1/me')).text, /"verified":false/);

  assert.equal((await bo.post('/api/v1/me/address', { email: 'ada.new@example.org' })).status, 200);

  const outbox = (await owner.visit('/api/v1/operator/outbox')).json<{ data: { kind: string; to: string }[] }>();
  const about = outbox.data.filter(({ kind, to }) => kind === 'address-new' && to === 'ada.new@example.org');
  assert.equal(about.length, 1, 'only the letter that she asked for herself');
  assert.equal((await bo.visit('/api/v1/me/address', { method: 'DELETE' })).status, 200);
  assert.equal((await bo.visit('/api/v1/me/address')).json().data, null);
});

test('whoever makes an account by a link that only a mailbox got has shown that it is theirs', async (t) => {
  const letters: string[] = [];
  const server = createServer((socket) => {
    let said = '';
    socket.write('220 double\r\n');
    socket.setEncoding('utf8').on('data', (piece: string) => {
      said += piece;
      if (/^DATA\r\n/m.test(said) && !said.includes('\r\n.\r\n'))
        return void (said.endsWith('DATA\r\n') && socket.write('354 go on\r\n'));
      if (said.includes('\r\n.\r\n')) letters.push(said);
      if (/\r\n$/.test(said)) said = '';
      socket.write('250 double\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const config = `mail: { smtp: "smtp://127.0.0.1:${address.port}", from: "Fairlead <no-reply@example.org>" }\n`;
  const other = await runFairlead(t, { config });
  const operator = await setUp(other);
  const sent = await operator.post('/api/v1/invitations', { email: 'cy@example.org', role: 'viewer' });
  assert.equal(sent.json<{ data: { link: string | null } }>().data.link, null);
  let link: string | undefined;
  for (let round = 0; round < 200 && link === undefined; round += 1) {
    link = letters
      .map((text) => /https:\/\/ai\.example\.org(\/invitation\/\S+)/.exec(text.replaceAll('=\r\n', ''))?.[1])
      .find(Boolean);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const cy = new Browser(other.url);

  const joined = await cy.post(
    link ?? '',
    new URLSearchParams({ name: 'Cy', email: 'cy@example.org', password: 'a quiet harbour' }).toString(),
  );

  assert.equal(joined.status, 303, joined.text);
  assert.match((await cy.visit('/api/v1/me')).text, /"verified":true/);
});

test('whoever asked to be deleted changes its address no more, also not by a letter from before', async () => {
  const { id: workspace } = (await owner.visit('/api/v1/me')).json<{ workspaces: { id: string }[] }>()
    .workspaces[0] ?? { id: '' };
  const invited = await owner.post(
    '/api/v1/invitations',
    { email: 'cy@example.org', role: 'viewer' },
    { 'x-fairlead-workspace': workspace },
  );
  const invitation = invited.json<{ data: { link: string } }>().data.link.split('/').at(-1);
  const cy = new Browser(url);
  const password = 'a quiet harbour';
  await cy.post('/api/auth/sign-up/email', { name: 'Cy', email: 'cy@example.org', password, invitation });
  assert.equal((await cy.post('/api/v1/me/address', { email: 'cy.new@example.org' })).status, 200);
  const link = await letterLink(owner, { kind: 'address-new', to: 'cy.new@example.org' });
  await cy.post('/api/v1/proof', { password });
  const closing = await cy.post('/api/v1/privacy/deletion', {});
  assert.equal(closing.status, 201, closing.text);

  assert.equal((await cy.post('/api/v1/me/address', { email: 'cy.other@example.org' })).status, 403);
  assert.equal((await cy.post(link, '')).status, 410);

  assert.match((await cy.visit('/api/v1/me')).text, /cy@example\.org/);
});
