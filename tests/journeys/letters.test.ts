// Letters: confirmed addresses, links to sign in, new passwords, second factors; by a mail server of our own, and without one.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, test } from 'node:test';
import { startSmtpDouble } from '../support/smtp-double.ts';
import { ada, Browser, letterLink, setUp } from './browser.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after });
const { url } = fairlead;
const owner = await setUp(fairlead);
type Letter = { id: string | null; kind: string; to: string; state: string };
type Me = { person: { verified: boolean } };

/** The path of the link in the newest letter of a kind. */
async function linkOf(kind: string): Promise<string> {
  return await letterLink(owner, { kind, to: ada.email });
}

async function lettersOf(kind: string): Promise<number> {
  const { data } = (await owner.visit('/api/v1/operator/outbox')).json<{ data: Letter[] }>();
  return data.filter((each) => each.kind === kind).length;
}

test('whoever never confirmed an address is asked to, by whatever link: a link to sign in would take the password away', async () => {
  const browser = new Browser(url);
  const before = await lettersOf('verify');

  assert.equal((await browser.post('/api/auth/sign-in/magic-link', { email: ada.email })).status, 200);

  assert.deepEqual([await lettersOf('magic-link'), await lettersOf('verify')], [0, before + 1]);
  const { email, password } = ada;
  assert.equal((await browser.post('/api/auth/sign-in/email', { email, password })).status, 200);
});

test('without a mail server operators see what would have been sent; a link is followed by a button', async () => {
  const path = await linkOf('verify');

  assert.equal((await owner.visit(path)).status, 200);
  assert.equal((await owner.visit('/api/v1/me')).json<Me>().person.verified, false);
  assert.equal((await owner.post(path, '', { 'sec-fetch-site': 'cross-site' })).status, 403);
  assert.equal((await owner.post(path, '')).status, 200);
  assert.equal((await owner.visit('/api/v1/me')).json<Me>().person.verified, true);
});

test('a link to sign in works once, and is written only to who has an account; the answer is the same', async () => {
  const browser = new Browser(url);
  const before = (await owner.visit('/api/v1/operator/outbox')).json<{ data: Letter[] }>().data.length;
  const unknown = await browser.post('/api/auth/sign-in/magic-link', { email: 'nobody@example.org' });
  const known = await browser.post('/api/auth/sign-in/magic-link', { email: ada.email });
  assert.deepEqual([unknown.status, unknown.text], [known.status, known.text]);
  assert.equal((await owner.visit('/api/v1/operator/outbox')).json<{ data: Letter[] }>().data.length, before + 1);

  const path = await linkOf('magic-link');
  assert.equal((await browser.visit(path)).status, 200);
  assert.equal((await browser.post(path, '')).status, 303);
  assert.equal((await browser.visit('/api/v1/me')).status, 200);
  assert.equal((await new Browser(url).post(path, '')).status, 410);
});

test('a new password ends all sessions, and the old one opens nothing', async () => {
  const browser = new Browser(url);
  await browser.post('/api/auth/request-password-reset', { email: ada.email });
  const other = await linkOf('reset');
  await browser.post('/api/auth/request-password-reset', { email: ada.email });
  const path = await linkOf('reset');
  // Strangers who try, without a cookie as most, use up nothing of who has a link.
  for (let index = 0; index < 45; index += 1) {
    assert.equal((await new Browser(url).post(`/reset/junk${index}`, 'password=a+newer+lantern')).status, 422);
  }
  assert.equal((await browser.post(path, 'password=short')).status, 422);
  assert.equal((await browser.post(path, 'password=a+newer+lantern')).status, 200);

  assert.equal((await owner.visit('/api/v1/me')).status, 401);
  const old = await browser.post('/api/auth/sign-in/email', { email: ada.email, password: ada.password });
  assert.equal(old.status, 401);
  const entered = await owner.post('/api/auth/sign-in/email', { email: ada.email, password: 'a newer lantern' });
  assert.equal(entered.status, 200);
  for (const spent of [path, other]) {
    assert.equal((await browser.post(spent, 'password=yet+another+one')).status, 422, 'a link outlived the password');
  }
});

test('a second factor is asked for at the next sign-in; a recovery code works once', async () => {
  const password = 'a newer lantern';
  await new Browser(url).post('/api/auth/sign-in/magic-link', { email: ada.email });
  const early = await linkOf('magic-link');
  const enabled = await owner.post('/api/auth/two-factor/enable', { password });
  assert.equal(enabled.status, 200, enabled.text);
  const { totpURI, backupCodes } = enabled.json<{ totpURI: string; backupCodes: string[] }>();
  const secret = new URL(totpURI).searchParams.get('secret') ?? '';
  assert.equal((await owner.post('/api/auth/two-factor/verify-totp', { code: totp(secret) })).status, 200);

  const browser = new Browser(url);
  const half = await browser.post('/api/auth/sign-in/email', { email: ada.email, password });
  assert.equal(half.json().twoFactorRedirect, true);
  assert.equal((await browser.visit('/api/v1/me')).status, 401);
  assert.equal((await browser.post('/api/auth/two-factor/verify-totp', { code: '000000' })).status, 401);
  const code = totp(secret, 1);
  assert.equal((await browser.post('/api/auth/two-factor/verify-totp', { code })).status, 200);
  assert.equal((await browser.visit('/api/v1/me')).status, 200);

  const overheard = new Browser(url);
  await overheard.post('/api/auth/sign-in/email', { email: ada.email, password });
  assert.equal((await overheard.post('/api/auth/two-factor/verify-totp', { code })).status, 401, 'a code works twice');
  assert.equal((await overheard.post(early, '')).status, 410, 'an older link goes around the second factor');
  const [recovery] = backupCodes;
  for (const expected of [200, 401]) {
    const lost = new Browser(url);
    await lost.post('/api/auth/sign-in/email', { email: ada.email, password });
    assert.equal((await lost.post('/api/auth/two-factor/verify-backup-code', { code: recovery })).status, expected);
  }
  const around = (await owner.visit('/api/v1/operator/outbox')).json<{ data: Letter[] }>().data.length;
  await new Browser(url).post('/api/auth/sign-in/magic-link', { email: ada.email });
  const after = (await owner.visit('/api/v1/operator/outbox')).json<{ data: Letter[] }>().data.length;
  assert.equal(after, around, 'a link goes around the second factor');
});

test('guesses are counted for the person who is signed in, whatever other cookies a browser sends', async () => {
  const cookie = owner.cookies;
  const guess = (junk: string) =>
    owner.post('/api/auth/two-factor/verify-totp', { code: '1' }, { cookie: `${junk}; ${cookie}` });

  const statuses: number[] = [];
  for (let index = 0; index < 22; index += 1) {
    const name = ['fairlead.two_factor', '__Host-fairlead.session_token', '__Host-fairlead.two_factor'][index % 3];
    statuses.push((await guess(`${name}=junk${index}`)).status);
  }

  assert.deepEqual(statuses.slice(0, 10), Array(10).fill(401));
  assert.equal(statuses.at(-1), 429);
  assert.equal((await new Browser(url).post('/api/auth/two-factor/verify-totp', { code: '1' })).status, 401);
});

test('the command line lets in again whoever is locked out, also one with a second factor', async () => {
  const reset = await fairlead.cli<{ sessions_ended: number; link: string }>(
    'member',
    'reset',
    ada.email.toUpperCase(),
  );

  assert.ok(reset.sessions_ended > 0);
  assert.equal((await owner.visit('/api/v1/me')).status, 401);
  const browser = new Browser(url);
  assert.equal((await browser.post(new URL(reset.link).pathname, 'password=the+third+lantern')).status, 200);
  const entered = await browser.post('/api/auth/sign-in/email', { email: ada.email, password: 'the third lantern' });
  assert.equal(entered.json().twoFactorRedirect, undefined);
  assert.equal((await browser.visit('/api/v1/me')).status, 200);
});

test('with a mail server letters are sent, and what was sent keeps no text', async (t) => {
  const { received, mail } = await startSmtpDouble(t);
  const other = await runFairlead(t, { config: mail });

  const browser = await setUp(other);

  await eventually(async () => assert.equal(received.length, 1), 15_000);
  assert.match(received[0] ?? '', /^To: ada\.harbour@example\.org$/m);
  assert.match(received[0] ?? '', /https:\/\/ai\.example\.org\/verify\//);
  const [letter] = (await browser.visit('/api/v1/operator/outbox')).json<{ data: Letter[] }>().data;
  assert.deepEqual([letter?.state, letter?.id], ['sent', null]);
});

/** RFC 6238 with six digits and thirty seconds. */
function totp(secret: string, stepsAhead = 0): string {
  const bits = [...secret.replace(/=+$/, '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + stepsAhead));
  const mac = createHmac('sha1', key).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
