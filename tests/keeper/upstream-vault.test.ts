import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { openSecrets, sealSecrets } from '#keeper/catalogue/upstream-vault.ts';
import { nonceBytes } from '#keeper/secrets/seal.ts';

const pepper = randomBytes(32);
const binding = { name: 'harbour', origin: 'https://harbour.example' };
const secrets = { written: { api_key: 'harbour-secret' }, apiKeys: ['harbour-secret'] };
const sealed = sealSecrets(pepper, { binding, secrets }, randomBytes(nonceBytes));

test('what is sealed opens for its upstream and address, and holds no word of it', () => {
  assert.deepEqual(openSecrets(pepper, binding, sealed), secrets);
  assert.ok(!Buffer.from(sealed, 'base64url').includes('harbour-secret'));
});

test('under another name, at another address, with another pepper or changed it does not open', () => {
  assert.equal(openSecrets(pepper, { ...binding, name: 'pier' }, sealed), undefined);
  assert.equal(openSecrets(pepper, { ...binding, origin: 'https://pier.example' }, sealed), undefined);
  assert.equal(openSecrets(randomBytes(32), binding, sealed), undefined);
  const bytes = Buffer.from(sealed, 'base64url');
  for (const at of [0, 5, 20, bytes.length - 1]) {
    const changed = Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 1 : byte));
    assert.equal(openSecrets(pepper, binding, Buffer.from(changed).toString('base64url')), undefined);
  }
});

test('an upstream that wants no credential has none', () => {
  const none = sealSecrets(pepper, { binding, secrets: { written: {}, apiKeys: [] } }, randomBytes(nonceBytes));

  assert.equal(none, '');
  assert.deepEqual(openSecrets(pepper, binding, none), { written: {}, apiKeys: [] });
});
