// Our small judge of JSON Schemas says what ajv says, in bounded time whatever the schema.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { fitsSchema } from '#core/protocol/json-schema.ts';
import { parseLossless } from '#core/protocol/json-value.ts';

/** `npm test -- json-schema --runs 3000` by hand. */
const runs = Number(process.env.FAIRLEAD_TEST_RUNS ?? 600);

const names = fc.constantFrom('a', 'b', 'c');
const scalar = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom('', 'x', 'xyz', true, null, 1.5));
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(names, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

function some<Value>(arbitrary: fc.Arbitrary<Value>) {
  return fc.option(arbitrary, { nil: undefined, freq: 2 });
}

const types = fc.constantFrom('object', 'array', 'string', 'number', 'integer', 'boolean', 'null');
const schemas = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.record({ type: fc.oneof(types, fc.uniqueArray(types, { minLength: 1, maxLength: 3 })) }),
    fc.boolean(),
    fc.constant({ $ref: '#/definitions/one' }),
    fc
      .record({
        type: some(types),
        enum: some(fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 })),
        const: some(scalar),
        minimum: some(fc.integer({ min: -2, max: 2 })),
        exclusiveMaximum: some(fc.integer({ min: -2, max: 2 })),
        minLength: some(fc.nat(3)),
        maxItems: some(fc.nat(3)),
        properties: some(fc.dictionary(names, tie('schema'), { maxKeys: 2, noNullPrototype: true })),
        required: some(fc.uniqueArray(names, { minLength: 1, maxLength: 2 })),
        additionalProperties: some(tie('schema')),
        items: some(tie('schema')),
        anyOf: some(fc.array(tie('schema'), { minLength: 1, maxLength: 2 })),
        allOf: some(fc.array(tie('schema'), { minLength: 1, maxLength: 2 })),
        oneOf: some(fc.array(tie('schema'), { minLength: 1, maxLength: 2 })),
        not: some(tie('schema')),
      })
      .map((schema) => Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined))),
  ),
})).schema;

test('what fits and what does not is what ajv says', () => {
  const told = [0, 0];
  fc.assert(
    fc.property(
      schemas,
      fc.record({ type: types }),
      fc.array(values, { minLength: 1, maxLength: 5 }),
      (drawn, one, all) => {
        const schema = typeof drawn === 'object' && drawn !== null ? { ...drawn, definitions: { one } } : drawn;
        // A reference hides what stands beside it, in Draft 7.
        const judge = new Ajv({ strict: false }).compile(schema as object);
        for (const value of all) {
          const fits = judge(value);
          told[fits ? 1 : 0] = (told[fits ? 1 : 0] ?? 0) + 1;
          assert.equal(fitsSchema(schema, value), fits, JSON.stringify([schema, value]));
        }
      },
    ),
    { numRuns: runs },
  );
  assert.ok(Math.min(...told) > runs / 3, `${told}`);
});

test('schemas that go round in circles, or fan out without end, are given up and fit', () => {
  const circle = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } };
  const fan = { $defs: { a: { allOf: Array.from({ length: 50 }, () => ({ $ref: '#/$defs/a' })) } }, $ref: '#/$defs/a' };

  assert.equal(fitsSchema(circle, {}), true);
  assert.equal(fitsSchema(fan, {}), true);
  assert.equal(fitsSchema({ $ref: 'https://elsewhere/schema.json' }, 1), true);
  assert.equal(fitsSchema({ $ref: '#/__proto__/polluted' }, 1), true);
  assert.equal(
    fitsSchema({ type: 'OBJECT', properties: { a: { type: 'STRING', nullable: true } } }, { a: null }),
    true,
  );
});

test('numbers beyond ours and words that are none are no fault of a schema, nor of who judges it', () => {
  const read = (text: string) => parseLossless(text);
  const schema = read(
    '{"type":"object","required":["n",9223372036854775807,{}],"properties":{"n":{"type":"integer","minimum":-9223372036854775808,"maximum":9223372036854775807}}}',
  );

  assert.equal(fitsSchema(schema, { n: 3 }), true);
  assert.equal(fitsSchema(schema, { n: 1e19 }), false);
  assert.equal(fitsSchema(schema, {}), false);
  for (const odd of [{ toString: 0, valueOf: 0 }, read('9223372036854775807'), [{}, null], 7]) {
    assert.equal(fitsSchema({ type: odd, minimum: odd, maxLength: odd, enum: [odd, 'x'] }, 'x'), true);
  }
});

test('vast choices, lists of names and addresses are given up, not walked through', () => {
  const vast = Array.from({ length: 2_000_000 }, () => []);
  const startedAt = process.cpuUsage();

  assert.equal(
    fitsSchema(
      { items: { enum: vast } },
      Array.from({ length: 1_000 }, () => ({ a: 1 })),
    ),
    true,
  );
  assert.equal(
    fitsSchema(
      { items: { required: vast } },
      Array.from({ length: 1_000 }, () => ({ a: 1 })),
    ),
    true,
  );
  assert.equal(
    fitsSchema(
      { items: { $ref: `#${'/a'.repeat(1_000_000)}` } },
      Array.from({ length: 1_000 }, () => 1),
    ),
    true,
  );

  const { user } = process.cpuUsage(startedAt);
  assert.ok(user < 1_000_000, `${user} µs`);
});
