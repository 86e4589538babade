import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { isObject, numberOf, parseForeignObject, parseJudged, parseLossless } from '#core/protocol/json-value.ts';
import { jsonObjects } from './arbitraries.ts';

/** Written by hand: digits, a point, an exponent, in every length. */
const numberTexts = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9]\d{0,24}$/)),
    fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{1,20}$/)),
    fc.oneof(fc.constant(''), fc.stringMatching(/^[eE][+-]?\d{1,3}$/)),
  )
  .map((pieces) => pieces.join(''));

test('every number that JavaScript would change is written again as it stood', () => {
  fc.assert(
    fc.property(numberTexts, (text) => {
      const again = JSON.stringify(parseLossless(`{"n":[${text}]}`));

      const kept = again.slice('{"n":['.length, -']}'.length);
      assert.ok(kept === text || BigDecimal.same(kept, text), `${text} became ${kept}`);
    }),
  );
});

/** Equal as decimal numbers, without rounding. */
const BigDecimal = {
  same(a: string, b: string): boolean {
    return this.plain(a) === this.plain(b);
  },
  plain(text: string): string {
    const [, sign = '', whole = '', fraction = '', exponent = '0'] =
      /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
    const digits = (whole + fraction).replace(/^0+/, '');
    const trimmed = digits.replace(/0+$/, '');
    if (trimmed === '') return '0';
    return `${sign}${trimmed}e${Number(exponent) - fraction.length + digits.length - trimmed.length}`;
  },
};

test('what JavaScript can hold is what JSON.parse gives', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      assert.equal(JSON.stringify(parseLossless(text)), text);
    }),
  );
});

test('an object that was judged has the names that JSON.parse finds, __proto__ included', () => {
  fc.assert(
    fc.property(jsonObjects, (text) => {
      const value = parseJudged(Buffer.from(text));
      assert.ok(isObject(value));
      assert.deepEqual(Object.keys(value), Object.keys(JSON.parse(text)));
    }),
  );
});

test('a large number is told as the number that it comes nearest to', () => {
  const value = parseForeignObject(Buffer.from('{"id":12345678901234567890,"huge":1e999}'));

  assert.equal(numberOf(value?.id), 12_345_678_901_234_567_000);
  assert.equal(numberOf(value?.huge), Number.POSITIVE_INFINITY);
  assert.equal(isObject(value?.id), false);
});

test('a text that nests too deep is refused before the parser sees it', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;

  assert.throws(() => parseLossless(deep), SyntaxError);
  assert.equal(parseForeignObject(Buffer.from(`{"a":${deep}}`)), undefined);
  assert.doesNotThrow(() => parseLossless(JSON.stringify(['['.repeat(50_000)])));
});
