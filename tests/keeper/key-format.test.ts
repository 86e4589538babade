import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatKey, isWellFormedKey } from '#core/privacy/key-format.ts';

const randoms = fc.uint8Array({ minLength: 32, maxLength: 32 });
const prefix = 'sk-fl-';
const characters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_ é\0'];

test('every key that is made is well formed, and always as long', () => {
  fc.assert(
    fc.property(randoms, fc.constantFrom('sk-fl-', 'k', 'sk_live_'), (random, anyPrefix) => {
      const key = formatKey(anyPrefix, random);

      assert.equal(key.length, anyPrefix.length + 43 + 6);
      assert.ok(isWellFormedKey(key, anyPrefix));
    }),
  );
});

test('a key with one wrong character is refused', () => {
  fc.assert(
    fc.property(randoms, fc.nat(), fc.constantFrom(...characters), (random, place, character) => {
      const key = formatKey(prefix, random);
      const at = place % key.length;
      fc.pre(key[at] !== character);

      const wrong = key.slice(0, at) + character + key.slice(at + 1);

      assert.equal(isWellFormedKey(wrong, prefix), false);
    }),
    { numRuns: 2_000 },
  );
});

test('a key with two neighbours swapped, one missing or one too many is refused', () => {
  fc.assert(
    fc.property(randoms, fc.nat(), (random, place) => {
      const key = formatKey(prefix, random);
      const at = place % (key.length - 1);
      const swapped = key.slice(0, at) + key[at + 1] + key[at] + key.slice(at + 2);

      if (swapped !== key) assert.equal(isWellFormedKey(swapped, prefix), false);
      assert.equal(isWellFormedKey(key.slice(0, at) + key.slice(at + 1), prefix), false);
      assert.equal(isWellFormedKey(`${key}0`, prefix), false);
    }),
  );
});

test('any other text is no key', () => {
  fc.assert(fc.property(fc.string(), (text) => !isWellFormedKey(text, prefix)));
  assert.equal(isWellFormedKey('', prefix), false);
  assert.equal(isWellFormedKey(formatKey('sk-xx-', new Uint8Array(32)), prefix), false);
});

test('the checksum is the well-known CRC-32', () => {
  const key = formatKey('', new Uint8Array(32));
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

  const value = [...key.slice(43)].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);

  // zlib's crc32 of 43 times the digit "0".
  assert.equal(value, 0x7849568f);
});
