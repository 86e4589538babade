// The results of a batch are read in pieces of any size, and only their numbers.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BatchResult, BatchResults } from '#core/protocol/openai-batches/batch-results.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const count = fc.nat(1_000_000);
const line = fc.record({
  id: text,
  custom_id: text,
  response: fc.record({
    usage: fc.constant({ prompt_tokens: 7 }),
    status_code: fc.constantFrom(200, 400, 500),
    body: fc.record(
      {
        model: text,
        choices: fc.array(fc.record({ message: fc.record({ content: text, usage: text }) }), { maxLength: 3 }),
        output: fc.jsonValue({ maxDepth: 4 }),
        usage: fc.record({
          prompt_tokens: count,
          prompt_tokens_details: fc.record({ cached_tokens: fc.constant(0) }),
          completion_tokens: count,
        }),
      },
      { requiredKeys: [] },
    ),
  }),
  error: fc.constant(null),
});

function read(bytes: Uint8Array, step: number): readonly BatchResult[] {
  const results = new BatchResults();
  const found: BatchResult[] = [];
  for (let at = 0; at < bytes.length; at += step) found.push(...results.read(bytes.subarray(at, at + step)));
  return [...found, ...results.end()];
}

test('what a parser finds of status and usage is found in pieces of any size', () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 4 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      (lines, step, isLoose) => {
        const bytes = Buffer.from(
          lines.map((each) => JSON.stringify(each).replaceAll('":', isLoose ? '" : ' : '":')).join('\n'),
        );
        // Loose text may stand in a string as well: then it is another string, and no other number.
        const found = read(bytes, step);

        assert.equal(found.length, lines.length);
        for (const [place, { response }] of lines.entries()) {
          const { status, usage, isBroken } = found[place] ?? assert.fail();
          assert.deepEqual([status, isBroken], [response.status_code, false]);
          assert.equal(usage?.input, response.body.usage?.prompt_tokens);
          assert.equal(usage?.output, response.body.usage?.completion_tokens);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('texts of the answer are counted, names are not', () => {
  const body = {
    id: 'abcdefgh',
    choices: [{ message: { role: 'r', content: 'four', deep: { more: ['5five', 'six'] } } }],
  };
  const bytes = Buffer.from(JSON.stringify({ response: { status_code: 200, body } }));

  assert.equal(read(bytes, 7)[0]?.textBytes, 1 + 4 + 5 + 3);
});

test('a line that ends in the middle is told as broken, and the next one is read', () => {
  const good = JSON.stringify({ response: { status_code: 200, body: { usage: { prompt_tokens: 1 } } } });
  const found = read(Buffer.from(`${good.slice(0, 60)}\n\n${good}\n`), 1_000);

  assert.deepEqual(
    found.map(({ isBroken, usage }) => [isBroken, usage?.input]),
    [
      [true, undefined],
      [false, 1],
    ],
  );
});
