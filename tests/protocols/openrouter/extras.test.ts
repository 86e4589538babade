// OpenRouter's extras leave a body that goes to anybody else, and nothing else does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { extraFields, readExtras } from '#core/protocol/openrouter/extras.ts';

function cut(text: string): string | undefined {
  const extras = readExtras(Buffer.from(text));
  return extras && Buffer.from(extras.body).toString();
}

test('a body without extras is left alone', () => {
  assert.equal(readExtras(Buffer.from('{"model":"m","messages":[]}')), undefined);
});

test('a body that is no JSON is left to who judges it', () => {
  assert.equal(readExtras(Buffer.from('{"models":[')), undefined);
  assert.equal(readExtras(Buffer.from('{"models":[],"models":[]}')), undefined);
});

test('extras are cut out wherever they stand, and every other byte stays', () => {
  assert.equal(cut('{"models":["a"],"model":"m"}'), '{"model":"m"}');
  assert.equal(cut('{"model":"m","models":["a"]}'), '{"model":"m"}');
  assert.equal(cut('{ "model" : "m" , "provider" : {"order":["x"]} , "n":1 }'), '{ "model" : "m" , "n":1 }');
  assert.equal(cut('{"trace":{},"session_id":"s"}'), '{}');
  assert.equal(cut('{"a":1,"trace":{},"session_id":"s"}'), '{"a":1}');
});

/** A list of models alone names the first of them. */
function modelNamed(all: readonly (readonly [string, unknown])[]): readonly (readonly [string, unknown])[] {
  const models = all.find(([key]) => key === 'models')?.[1];
  if (all.some(([key]) => key === 'model') || !Array.isArray(models)) return [];
  const first = models.find((each) => typeof each === 'string');
  return first === undefined ? [] : [['model', first]];
}

test('what is left is the same object without the extras', () => {
  const name = fc.oneof(fc.constantFrom(...extraFields), fc.constantFrom('model', 'messages', 'x', '__proto__', 'é"'));
  const members = fc.uniqueArray(fc.tuple(name, fc.jsonValue({ maxDepth: 3 })), { selector: ([key]) => key });
  const spaces = fc.array(fc.constantFrom('', ' ', '\n', '\t '), { minLength: 8, maxLength: 8 });
  const property = fc.property(members, spaces, (all, gaps) => {
    const gap = (index: number) => gaps[index % gaps.length] ?? '';
    const text = `{${gap(0)}${all
      .map(
        ([key, value], i) =>
          `${gap(i)}${JSON.stringify(key)}${gap(i + 1)}:${gap(i + 2)}${JSON.stringify(value)}${gap(i + 3)}`,
      )
      .join(',')}}`;

    const left = cut(text) ?? text;

    const kept = all.filter(([key]) => !extraFields.some((extra) => extra === key));
    const expected = Object.fromEntries([...modelNamed(all), ...kept]);
    assert.deepEqual(Object.entries(JSON.parse(left)), Object.entries(JSON.parse(JSON.stringify(expected))));
  });
  fc.assert(property, { numRuns: 1_000 });
});

test('models to fall back to, plugins and server tools are told', () => {
  const told = (value: unknown) => readExtras(Buffer.from(JSON.stringify(value)));

  assert.deepEqual(told({ models: ['a', 3, 'b'] })?.models, ['a', 'b']);
  assert.equal(told({ plugins: [{ id: 'web' }] })?.needsOpenRouter, true);
  assert.equal(told({ plugins: [{ id: 'web', enabled: false }] })?.needsOpenRouter, false);
  assert.equal(told({ tools: [{ type: 'openrouter:web_search' }] })?.needsOpenRouter, true);
  assert.equal(told({ tools: [{ type: 'function' }], models: [] })?.needsOpenRouter, false);
  assert.equal(told({ reasoning: { effort: 'low' } })?.asksReasoning, true);
});
