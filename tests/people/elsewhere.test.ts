// Signing in at another site by OpenID Connect: a real server of the test's own, whose lies are found out.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ada, Browser, confirm, setUp } from '../journeys/browser.ts';
import { runFairlead } from '../journeys/running-fairlead.ts';
import { type Lie, startOidcServer } from '../support/oidc-server.ts';
import { totp } from '../support/totp.ts';

const site = await startOidcServer(after);
const config = `people:
  sign_up: open
  sign_in:
    pier: { label: Pier, issuer: "${site.issuer}", client_id: ${site.client.id}, client_secret: ${site.client.secret} }
`;
const fairlead = await runFairlead({ after }, { config });
const owner = await setUp(fairlead);
const { url } = fairlead;
const bo = { sub: 'b-1', email: 'bo@example.org', email_verified: true, name: 'Bo Lightkeeper' };
const hers = { sub: 'a-1', email: ada.email, email_verified: true, name: ada.name };

async function begin(browser: Browser): Promise<URLSearchParams> {
  const begun = await browser.post('/api/auth/elsewhere/begin', { provider: 'pier', next: '/keys' });
  assert.equal(begun.status, 200, begun.text);
  return site.agree(begun.json<{ data: { url: string } }>().data.url);
}

async function comeBack(browser: Browser, query: URLSearchParams): Promise<string> {
  const headers = { 'sec-fetch-site': 'cross-site' };
  const answer = await browser.visit(`/api/auth/elsewhere/pier?${query}`, { headers });
  assert.equal(answer.status, 303, answer.text);
  return answer.headers.location ?? '';
}

test('the door names the sites; whoever comes with a confirmed address has an account from then on', async () => {
  site.said.person = bo;
  const browser = new Browser(url);
  const doors = await browser.visit('/api/auth/doors');
  assert.deepEqual(doors.json().data, { providers: [{ name: 'pier', label: 'Pier' }] });

  assert.equal(await comeBack(browser, await begin(browser)), '/console/keys');

  const me = (await browser.visit('/api/v1/me')).json<{ person: { email: string; verified: boolean; id: string } }>();
  assert.deepEqual([me.person.email, me.person.verified], [bo.email, true]);
  const again = new Browser(url);
  site.said.person = { ...bo, email: 'other@example.org' };
  await comeBack(again, await begin(again));
  const same = (await again.visit('/api/v1/me')).json<typeof me>();
  assert.equal(same.person.id, me.person.id, 'the site knows its person by the subject, not by the address');
});

test('a lie is refused: issuer, audience, nonce, time, key, no signature, no nonce', async () => {
  site.said.person = bo;
  const now = Math.floor(Date.now() / 1_000);
  const lies: Record<string, Lie> = {
    issuer: { iss: 'https://evil.example.org' },
    audience: { aud: 'somebody-else' },
    party: { aud: ['fairlead', 'somebody-else'], azp: 'somebody-else' },
    nonce: { nonce: 'of another sign-in' },
    expired: { iat: now - 4_000, exp: now - 3_600 },
    key: { key: 'other' },
    unsigned: { key: 'none' },
    'no nonce': { nonce: undefined },
    'no subject': { sub: undefined },
  };
  for (const [name, lie] of Object.entries(lies)) {
    site.said.lie = lie;
    const browser = new Browser(url);
    assert.equal(await comeBack(browser, await begin(browser)), '/console/sign-in?refused=elsewhere', name);
    assert.equal((await browser.visit('/api/v1/me')).status, 401, name);
  }
  site.said.lie = {};
});

test('an answer is good once, in the browser that asked, for the site that was asked', async () => {
  const refused = '/console/sign-in?refused=elsewhere';
  const browser = new Browser(url);
  const query = await begin(browser);
  assert.equal(await comeBack(new Browser(url), query), refused, 'another browser has no state');
  const issuer = new URLSearchParams([...query, ['iss', 'https://evil.example.org']]);
  issuer.set('iss', 'https://evil.example.org');
  const other = new Browser(url);
  const mixed = await begin(other);
  mixed.set('iss', 'https://evil.example.org');
  assert.equal(await comeBack(other, mixed), refused);
  assert.equal(await comeBack(browser, query), '/console/keys');
  assert.equal(await comeBack(browser, query), refused, 'it is good twice');
  const elsewhere = await new Browser(url).post('/api/auth/elsewhere/begin', { provider: 'nobody' });
  assert.equal(elsewhere.status, 404);
});

test('an account here is only found by an address that is confirmed on both sides', async () => {
  site.said.person = hers;
  const refused = '/console/sign-in?refused=unknown';
  const first = new Browser(url);
  assert.equal(await comeBack(first, await begin(first)), refused, 'not confirmed here');
  await confirm(owner, ada.email);
  site.said.person = { ...hers, email_verified: false };
  const second = new Browser(url);
  assert.equal(await comeBack(second, await begin(second)), refused, 'not confirmed there');
  site.said.person = hers;
  const third = new Browser(url);
  assert.equal(await comeBack(third, await begin(third)), '/console/keys');
  const me = (await third.visit('/api/v1/me')).json<{ workspaces: { role: string }[] }>();
  assert.equal(me.workspaces[0]?.role, 'owner');
});

test('a second factor is asked for all the same; an account at a site is added and removed in Settings', async () => {
  const enabled = await owner.post('/api/auth/two-factor/enable', { password: ada.password });
  const secret = new URL(enabled.json<{ totpURI: string }>().totpURI).searchParams.get('secret') ?? '';
  assert.equal((await owner.post('/api/auth/two-factor/verify-totp', { code: totp(secret) })).status, 200);
  const browser = new Browser(url);
  assert.match(await comeBack(browser, await begin(browser)), /^\/console\/sign-in\?step=code/);
  assert.equal((await browser.visit('/api/v1/me')).status, 401);
  assert.equal((await browser.post('/api/auth/two-factor/verify-totp', { code: totp(secret, 1) })).status, 200);
  assert.equal((await browser.visit('/api/v1/me')).status, 200);

  site.said.person = { ...hers, sub: 'a-2', email: 'ada@elsewhere.example' };
  const begun = await browser.post('/api/v1/sign-ins/elsewhere', { provider: 'pier' });
  assert.equal(begun.status, 200, begun.text);
  const query = site.agree(begun.json<{ data: { url: string } }>().data.url);
  assert.equal(await comeBack(browser, query), '/console/settings');
  const listed = (await browser.visit('/api/v1/sign-ins')).json<{ data: { id: string; label: string }[] }>().data;
  assert.deepEqual(listed.map(({ label }) => label).sort(), [ada.email, 'ada@elsewhere.example'].sort());
  const added = listed.find(({ label }) => label === 'ada@elsewhere.example');
  const removed = await browser.visit(`/api/v1/sign-ins/${added?.id}`, { method: 'DELETE' });
  assert.equal(removed.status, 200, removed.text);
  assert.match((await browser.visit('/api/v1/me/audit')).text, /sign-in-elsewhere/);

  site.said.person = bo;
  const theirs = await browser.post('/api/v1/sign-ins/elsewhere', { provider: 'pier' });
  const taken = await comeBack(browser, site.agree(theirs.json<{ data: { url: string } }>().data.url));
  assert.equal(taken, '/console/settings?refused=taken');
});
