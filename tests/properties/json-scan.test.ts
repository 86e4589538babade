import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { readNumber, readString, scanJsonObject, scanNested } from '#core/protocol/json-scan.ts';
import { jsonDocuments, jsonObjects, mutations, written } from './arbitraries.ts';
import { isObject } from './json-oracle.ts';
import { judgeScan, wanted } from './judge-scan.ts';
import { mutate } from './mutation.ts';
import { readRecordings, withoutRecordings } from './recordings.ts';

function why(text: string | Uint8Array, depthMax?: number): string {
  const result = scanJsonObject(Buffer.from(text), wanted, depthMax);
  return result.ok ? 'ok' : result.why;
}

test('a valid document is judged, and its members placed, as JSON.parse sees them', () => {
  fc.assert(fc.property(jsonDocuments, judgeScan), { numRuns: 4_000 });
});

test('a broken document is refused exactly when JSON.parse refuses it', () => {
  const broken = fc.tuple(jsonDocuments, mutations).map(([bytes, changes]) => mutate(bytes, changes));
  fc.assert(fc.property(broken, judgeScan), { numRuns: 20_000 });
});

test('the judgement does not depend on where in memory the body lies', () => {
  const placed = fc.tuple(jsonDocuments, mutations, fc.nat(9), fc.nat(9));
  const property = fc.property(placed, ([bytes, changes, before, after]) => {
    const body = mutate(bytes, changes);
    const room = Buffer.concat([Buffer.alloc(before, '"'), body, Buffer.alloc(after, '"')]);
    const moved = new Uint8Array(room.buffer, room.byteOffset + before, body.length);
    assert.deepEqual(scanJsonObject(moved, wanted), scanJsonObject(body, wanted));
  });
  fc.assert(property, { numRuns: 2_000 });
});

test('every single byte inside a string is judged alike at every place of a word', () => {
  for (let byte = 0; byte < 256; byte++) {
    for (let before = 0; before < 9; before++) {
      const text = Buffer.from(`{"a":"${'x'.repeat(before)}?${'y'.repeat(9 - before)}"}`);
      text[text.indexOf('?')] = byte;
      judgeScan(text);
    }
  }
});

/** Every sequence of at most this many of these words. */
function* sequences(words: readonly string[], length: number): Generator<string> {
  yield '';
  if (length === 0) return;
  for (const rest of sequences(words, length - 1)) {
    for (const word of words) yield word + rest;
  }
}

test('every short text of numbers, literals and escapes is judged as JSON.parse judges it', () => {
  for (const text of sequences([...'-+01.eE/'], 4)) judgeScan(Buffer.from(`{"a":${text}}`));
  for (const text of sequences([...'truefalsn'], 5)) judgeScan(Buffer.from(`{"a":${text}}`));
  for (let byte = 0; byte < 256; byte++) {
    judgeScan(Buffer.concat([Buffer.from('{"a":"\\'), Buffer.from([byte]), Buffer.from('0000"}')]));
    judgeScan(Buffer.concat([Buffer.from('{"a":"\\u00'), Buffer.from([byte]), Buffer.from('0"}')]));
  }
});

test('every short sequence of brackets, commas and values is judged as JSON.parse judges it', () => {
  const words = ['{', '}', '[', ']', ',', ':', '"a"', '1'];
  for (const text of sequences(words, 5)) {
    judgeScan(Buffer.from(text));
    judgeScan(Buffer.from(`{"a":${text}}`));
  }
});

test('every cut of a document is refused', () => {
  const body = Buffer.from('{"model":"a\\u00e9\\n\\\\é","n":-1.5e+3,"x":[true,false,null,{"y":[]}]}');

  for (let length = 0; length < body.length; length++) {
    assert.equal(why(body.subarray(0, length)), length === 0 ? 'empty' : 'invalid');
  }
  assert.equal(why(body), 'ok');
});

test('a refusal says what is wrong', () => {
  assert.equal(why(''), 'empty');
  assert.equal(why('\ufeff \r\n\t'), 'empty');
  assert.equal(why('[]'), 'not-an-object');
  assert.equal(why('"model"'), 'not-an-object');
  assert.equal(why('{"model":1}{}'), 'invalid');
  assert.equal(why('{"model":1,}'), 'invalid');
  assert.equal(why('\ufeff\ufeff{}'), 'invalid');
  assert.equal(why('{"a":"\ud83d\u0001"}'), 'invalid');
  assert.equal(why(Buffer.from('{"model":"\xff"}', 'latin1')), 'invalid');
});

test('a refusal points at the byte', () => {
  const places: readonly (readonly [Uint8Array, number])[] = [
    [Buffer.from('{"a":tru}'), 8],
    [Buffer.from('{"a":1 "b"'), 7],
    [Buffer.from('{"a":"é\u0001"}'), 8],
    [Buffer.concat([Buffer.from('{"a":"éé'), Buffer.from([0xe2, 0x82]), Buffer.from('é"}')]), 10],
  ];

  for (const [body, at] of places) assert.partialDeepStrictEqual(scanJsonObject(body, wanted), { ok: false, at });
});

test('a container below the depth limit is refused at once, one at the limit is not', () => {
  assert.equal(why(`{"a":${'['.repeat(63)}${']'.repeat(63)}}`), 'ok');
  assert.equal(why(`{"a":${'['.repeat(64)}${']'.repeat(64)}}`), 'too-deep');
  assert.equal(why('{"a":'.repeat(100_000)), 'too-deep');
  assert.deepEqual(scanJsonObject(Buffer.alloc(5_000_000, '['), wanted), { ok: false, why: 'too-deep', at: 64 });
  assert.equal(why('{"a":{}}', 1), 'too-deep');
  assert.equal(why('{"a":1}', 1), 'ok');
});

test('a wanted name that stands twice is refused, however it is written', () => {
  assert.equal(why('{"model":1,"model":2}'), 'duplicate-field');
  assert.equal(why('{"model":1,"mod\\u0065l":2}'), 'duplicate-field');
  assert.equal(why('{"\\u006D\\u006f\\u0064\\u0065\\u006c":1,"model":2}'), 'duplicate-field');
  assert.equal(why('{"other":1,"other":2,"a":{"model":1,"model":2},"model":{"model":1}}'), 'ok');
});

test('names that only look like a wanted one are not found', () => {
  for (const name of [
    '"Model"',
    '"model "',
    '"mode\\u006d"',
    '"\\u006dodel\\u0000"',
    '"mode\\u016c"',
    '"mode\\n"',
    '"модель"',
  ]) {
    const result = scanJsonObject(Buffer.from(`{${name}:1,"__proto__":{"model":2}}`), wanted);
    assert.ok(result.ok && result.fields.size === 0, name);
  }
});

test('a number keeps its text, and is read as JavaScript rounds it', () => {
  for (const text of ['0', '-0', '1e999', '9007199254740993', '-1.5E-3']) {
    const body = Buffer.from(`{"model":${text}}`);
    const result = scanJsonObject(body, wanted);
    const field = result.ok ? result.fields.get('model') : undefined;
    assert.ok(field);
    assert.equal(readNumber(body, field), JSON.parse(text));
    assert.equal(body.toString('latin1', field.start, field.end), text);
  }
});

test('a string is read with its escapes decoded', () => {
  const texts = fc.tuple(fc.string({ unit: 'binary' }), fc.nat(255));
  const property = fc.property(texts, ([text, style]) => {
    const body = Buffer.from(`{"model":${written(text, style)}}`);
    const result = scanJsonObject(body, wanted);
    const field = result.ok ? result.fields.get('model') : undefined;
    assert.ok(field);
    assert.equal(readString(body, field), text.toWellFormed() === text ? text : JSON.parse(written(text, style)));
  });
  fc.assert(property, { numRuns: 1_000 });
});

test('the members of a nested object are placed in the whole body, the last of a name counts', () => {
  const property = fc.property(jsonObjects, (inner) => {
    const body = Buffer.from(`{"x":[{}],"stream_options": ${inner} }`);
    const outer = scanJsonObject(body, wanted);
    const span = outer.ok ? outer.fields.get('stream_options') : undefined;
    assert.ok(span);

    const nested = scanNested(body, span, wanted);

    const parsed: unknown = JSON.parse(inner);
    assert.ok(isObject(parsed));
    assert.deepEqual(
      [...nested.keys()].sort(),
      Object.keys(parsed)
        .filter((name) => wanted.has(name))
        .sort(),
    );
    for (const [name, field] of nested) {
      assert.deepEqual(JSON.parse(body.toString('utf8', field.start, field.end)), parsed[name]);
    }
  });
  fc.assert(property, { numRuns: 1_000 });
});

test('every recorded request body is accepted, and cut anywhere it is refused', { skip: withoutRecordings }, () => {
  for (const { req } of readRecordings()) {
    if (req === undefined || req === null || req === '') continue;
    const body = Buffer.from(req);
    judgeScan(body);
    assert.equal(why(body), 'ok');
    assert.equal(why(body.subarray(0, body.length >> 1)), 'invalid');
  }
});
