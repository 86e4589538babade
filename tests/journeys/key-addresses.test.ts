// Keys that may be used from some addresses alone: the gateway's surfaces and the account API refuse them from elsewhere.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after }, { env: { TRUSTED_PROXIES: '127.0.0.1' } });
const { url } = fairlead;
const made = await fairlead.cli('key', 'create', '--name', 'bound');
const manages = await fairlead.cli('key', 'create', '--name', 'manages', '--management');
const body = { model: 'sandbox/echo', messages: [{ role: 'user', content: 'Hello' }] };

async function from(address: string, key = String(made.key), path = '/v1/chat/completions'): Promise<string> {
  const asked = path.startsWith('/v1/chat') ? { body } : { method: 'GET' };
  const reply = await call({ url, key, path, headers: { 'x-forwarded-for': address }, ...asked });
  const text = reply.body.toString();
  const said = ['address_not_allowed', 'may not be used from this address'].find((each) => text.includes(each));
  return `${reply.status} ${said ?? ''}`;
}

test('a key is refused from addresses that its list does not have, within a second, on every surface', async () => {
  assert.equal(await from('203.0.113.9'), '200 ');
  await fairlead.cli('key', 'set', String(made.id), 'addresses=203.0.113.0/28,2001:db8:1::/48');
  await eventually(async () => assert.equal(await from('198.51.100.1'), '403 address_not_allowed'), 1_000);

  assert.equal(await from('203.0.113.15'), '200 ');
  assert.equal(await from('203.0.113.16'), '403 address_not_allowed');
  assert.equal(await from('2001:db8:1:9::7'), '200 ');
  assert.equal(await from('2001:db8:2::7'), '403 address_not_allowed');
  assert.equal(await from('198.51.100.1', String(made.key), '/v1/models'), '403 address_not_allowed');
  assert.match((await from('203.0.113.16', fairlead.key)).slice(0, 3), /200/, 'other keys are not bound');
});

test("a workspace's list binds its keys too, those that manage as well, and a key's own list loosens nothing", async () => {
  await fairlead.cli('workspace', 'set', 'default', 'addresses=127.0.0.1,203.0.113.0/24');
  const key = String(manages.key);
  await eventually(async () =>
    assert.equal(await from('192.0.2.4', key, '/api/v1/keys'), '403 may not be used from this address'),
  );
  assert.equal(await from('203.0.113.200', key, '/api/v1/keys'), '200 ');

  await eventually(async () => assert.equal(await from('2001:db8:1:9::7'), '403 address_not_allowed'), 1_000);
  assert.equal(await from('203.0.113.15'), '200 ');
  assert.equal(await from('203.0.113.200'), '403 address_not_allowed');
});

test('what is no address or range is refused with what would be one', async () => {
  for (const wrong of ['203.0.113', '203.0.113.7/33', '2001:db8::1::', '::/129', 'home', '1.2.3.4,', '01.2.3.4']) {
    const refused = fairlead.ask('key-set', { id: made.id, settings: [`addresses=${wrong}`] });
    await assert.rejects(refused, { sentence: /^"addresses" takes .*2001:db8::\/32/ }, wrong);
  }
});
