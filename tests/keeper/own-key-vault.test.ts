// A sealed key opens in its own row alone: copied to another workspace, upstream, address or row it is worthless.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { openOwnKey, openOwnKeys, sealOwnKey } from '#keeper/secrets/own-key-vault.ts';
import { nonceBytes } from '#keeper/secrets/seal.ts';
import type { OwnKeyRecord } from '#store/own-keys.ts';
import { endpointOf } from '../properties/endpoint-of.ts';

const pepper = randomBytes(32);
const part = fc.string({ minLength: 1, maxLength: 40, unit: 'binary' });
const binding = fc.record({ id: part, workspace: part, upstream: part, origin: part });
const seal = (bound: Parameters<typeof sealOwnKey>[1], secret: string) =>
  sealOwnKey(pepper, bound, secret, randomBytes(nonceBytes));

test('whatever it is bound to, it opens there and nowhere else', () => {
  fc.assert(
    fc.property(
      binding,
      part,
      fc.constantFrom('id', 'workspace', 'upstream', 'origin'),
      part,
      (bound, secret, what, other) => {
        fc.pre(bound[what] !== other);
        const sealed = seal(bound, secret);

        assert.equal(openOwnKey(pepper, bound, sealed), secret);
        assert.equal(openOwnKey(pepper, { ...bound, [what]: other }, sealed), undefined);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('parts do not run into one another', () => {
  const sealed = seal({ id: 'i', workspace: 'ab', upstream: 'c', origin: 'o' }, 'secret');

  assert.equal(openOwnKey(pepper, { id: 'i', workspace: 'a', upstream: 'bc', origin: 'o' }, sealed), undefined);
});

test('neither with another pepper, nor with one bit changed, nor cut short', () => {
  const bound = { id: 'i', workspace: 'w', upstream: 'u', origin: 'o' };
  const sealed = seal(bound, 'secret');
  const bytes = Buffer.from(sealed, 'base64url');

  assert.equal(openOwnKey(randomBytes(32), bound, sealed), undefined);
  for (let at = 0; at < bytes.length * 8; at += 1) {
    const bent = Buffer.from(bytes);
    bent[at >> 3] = (bent[at >> 3] ?? 0) ^ (1 << (at & 7));
    assert.equal(openOwnKey(pepper, bound, bent.toString('base64url')), undefined);
  }
  for (let length = 0; length < bytes.length; length += 1) {
    assert.equal(openOwnKey(pepper, bound, bytes.subarray(0, length).toString('base64url')), undefined);
  }
  assert.notEqual(seal(bound, 'secret'), sealed);
});

test('where its upstream has moved it goes nowhere; an only one still stands in the way of ours', () => {
  const row = { id: 'i', workspace: 'w', upstream: 'u', origin: 'https://here' };
  const record: OwnKeyRecord = {
    ...row,
    ...{ name: 'n', use: 'before', place: 0, models: null, keys: null, disabled: false, hint: '' },
    ...{ sealed: seal(row, 'secret'), createdAt: 1, changedAt: 2 },
  };
  const at = (baseUrl: string) => [{ ...endpointOf('u').upstream, baseUrl }];

  const [home] = openOwnKeys([record], { pepper, upstreams: at('https://here/v1') });
  assert.deepEqual([home?.secret, home?.edition], ['secret', 2]);
  assert.deepEqual(openOwnKeys([record], { pepper, upstreams: at('https://elsewhere/v1') }), []);
  const [only] = openOwnKeys([{ ...record, use: 'only' }], { pepper, upstreams: at('https://elsewhere/v1') });
  assert.deepEqual([only?.secret, only?.origin, only?.use], ['', '', 'only']);
});
