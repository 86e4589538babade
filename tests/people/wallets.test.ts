// Signing in with a wallet: a key of the test's own signs; everything but our own message, once, is refused.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { isPrivate } from '#outgoing/guarded-fetch.ts';
import { ada, Browser, setUp } from '../journeys/browser.ts';
import { runFairlead } from '../journeys/running-fairlead.ts';

const fairlead = await runFairlead({ after });
const owner = await setUp(fairlead);
const { url } = fairlead;
const wallet = privateKeyToAccount(generatePrivateKey());
const other = privateKeyToAccount(generatePrivateKey());

async function ask(browser: Browser, path: string, address: string = wallet.address, headers = {}): Promise<string> {
  const begun = await browser.post(path, { address, chain_id: 1 }, headers);
  assert.equal(begun.status, 200, begun.text);
  return begun.json<{ data: { message: string } }>().data.message;
}

const begin = '/api/auth/wallet/begin';

test('a wallet is added by its signature, and signs in; its address lies sealed', async () => {
  const message = await ask(owner, '/api/v1/sign-ins/wallet/begin');
  assert.match(
    message,
    new RegExp(`^${new URL(url).host} wants you to sign in with your Ethereum account:\n${wallet.address}\n`),
  );
  const signature = await wallet.signMessage({ message });
  const added = await owner.post('/api/v1/sign-ins/wallet', { message, signature });
  assert.equal(added.status, 200, added.text);
  const listed = (await owner.visit('/api/v1/sign-ins')).json<{ data: { label: string; provider: string }[] }>().data;
  assert.deepEqual([listed[0]?.provider, listed[0]?.label], ['wallet', wallet.address.toLowerCase()]);

  const browser = new Browser(url);
  const asked = await ask(browser, begin);
  const entered = await browser.post('/api/auth/wallet/enter', {
    message: asked,
    signature: await wallet.signMessage({ message: asked }),
  });
  assert.equal(entered.status, 200, entered.text);
  const me = (await browser.visit('/api/v1/me')).json<{ person: { email: string } }>();
  assert.equal(me.person.email, ada.email);
});

test('refused: a message used already, changed, of another site, of nobody, signed by another key', async () => {
  const browser = new Browser(url);
  const enter = async (message: string, signature: string) =>
    (await browser.post('/api/auth/wallet/enter', { message, signature })).status;
  const sign = (message: string) => wallet.signMessage({ message });

  const once = await ask(browser, begin);
  assert.equal(await enter(once, await sign(once)), 200);
  assert.equal(await enter(once, await sign(once)), 401, 'a message opens twice');
  const changed = (await ask(browser, begin)).replace('This costs nothing', 'This costs all you have');
  assert.equal(await enter(changed, await sign(changed)), 401);
  const host = { host: `localhost:${new URL(url).port}` };
  const elsewhere = await ask(browser, begin, wallet.address, host);
  assert.equal(await enter(elsewhere, await sign(elsewhere)), 401, 'a message for another name of a site');
  const own = (await ask(browser, begin)).replace(/Nonce: \w+/, `Nonce: ${randomBytes(16).toString('hex')}`);
  assert.equal(await enter(own, await sign(own)), 401, 'a nonce that we never gave');
  const foreign = await ask(browser, begin);
  assert.equal(await enter(foreign, await other.signMessage({ message: foreign })), 401);
  const broken = await ask(browser, begin);
  assert.equal(await enter(broken, `0x${'f'.repeat(130)}`), 401);
  const unknown = await ask(browser, begin, other.address);
  assert.equal(await enter(unknown, await other.signMessage({ message: unknown })), 401, 'a wallet that nobody added');
  assert.equal((await browser.post(begin, { address: '0x12', chain_id: 1 })).status, 400);
});

test('a wallet is one person’s; what is removed opens nothing', async () => {
  const message = await ask(owner, '/api/v1/sign-ins/wallet/begin');
  const twice = await owner.post('/api/v1/sign-ins/wallet', {
    message,
    signature: await wallet.signMessage({ message }),
  });
  assert.equal(twice.status, 409);
  const [{ id } = { id: '' }] = (await owner.visit('/api/v1/sign-ins')).json<{ data: { id: string }[] }>().data;
  assert.equal((await owner.visit(`/api/v1/sign-ins/${id}`, { method: 'DELETE' })).status, 200);
  const browser = new Browser(url);
  const asked = await ask(browser, begin);
  const signature = await wallet.signMessage({ message: asked });
  assert.equal((await browser.post('/api/auth/wallet/enter', { message: asked, signature })).status, 401);
});

test('addresses of this machine and of its network are private, whatever they are written as', () => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.0.1',
    '::1',
    '::ffff:10.0.0.1',
    'fd00::1',
    'fe80::1',
    '0.0.0.0',
    '100.64.0.1',
    '2002:7f00:1::',
    '64:ff9b:1::7f00:1',
    '2001:0:7f00:1::',
    'fec0::1',
  ])
    assert.equal(isPrivate(address), true, address);
  for (const address of ['1.1.1.1', '203.0.113.9', '2606:4700::1111']) assert.equal(isPrivate(address), false, address);
});
