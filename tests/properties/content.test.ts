// Content in pieces is content like any other: the same bytes for a stated purpose, and closed to everybody else.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { Content } from '#core/generation/content.ts';
import { type Edit, EditedBody } from '#core/protocol/apply-edits.ts';

test('whatever pieces it is given in, it reveals their bytes in order, and shows their length alone', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (pieces) => {
      const content = Content.ofPieces(pieces);
      const whole = Buffer.concat(pieces);

      assert.deepEqual(Buffer.from(content.reveal('hash')), whole);
      assert.deepEqual(Buffer.concat(content.revealPieces('hash')), whole);
      assert.equal(content.revealText('hash'), whole.toString('utf8'));
      assert.equal(content.byteLength, whole.length);
      assert.equal(inspect(content), `[content ${whole.length} B]`);
      assert.throws(() => JSON.stringify(content), TypeError);
      assert.throws(() => `${content}`, TypeError);
    }),
  );
});

test('what was given in one piece is revealed in one', () => {
  assert.deepEqual(Content.ofText('as text').revealPieces('hash'), [Buffer.from('as text')]);
  assert.equal(Content.ofPieces([]).byteLength, 0);
});

test('an edited body is the body with every span cut out and every text put in', () => {
  const edits = fc.array(fc.record({ length: fc.nat(5), gap: fc.nat(5), text: fc.string({ maxLength: 6 }) }), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 60, maxLength: 80 }), edits, fc.boolean(), (body, steps, isReversed) => {
      const spans: Edit[] = [];
      let at = 0;
      for (const { length, gap, text } of steps) {
        spans.push({ start: at + gap, end: at + gap + length, text });
        // Two insertions at one place would have no order.
        at += gap + length + 1;
      }
      const expected: number[] = [];
      for (let place = 0; place <= body.length; place += 1) {
        for (const { start, text } of spans) if (start === place) expected.push(...Buffer.from(text));
        const isCut = spans.some(({ start, end }) => start <= place && place < end);
        if (!isCut && place < body.length) expected.push(body[place] ?? 0);
      }

      const edited = new EditedBody(body, isReversed ? spans.toReversed() : spans, ['a']);

      assert.deepEqual([...edited.bytes], expected);
      assert.deepEqual([...Buffer.concat(edited.pieces)], expected);
    }),
  );
});
