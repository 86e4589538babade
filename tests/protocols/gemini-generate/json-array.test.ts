import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '#core/generation/fault.ts';
import { geminiGenerate } from '#core/protocol/gemini-generate/gemini-generate.ts';
import { JsonArrayFraming } from '#core/protocol/gemini-generate/json-array.ts';
import { chunksOf, fixture, generation } from './gemini.ts';

test('an event stream becomes a list of the same objects, in whatever pieces it comes', () => {
  const bytes = fixture('text-signed-at-its-end.sse');
  const chunks = chunksOf(bytes.toString());
  const property = fc.property(fc.array(fc.nat(bytes.length), { maxLength: 9 }), (cuts) => {
    const framing = new JsonArrayFraming();
    const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
    let out = '';
    places.slice(1).forEach((end, at) => {
      out += framing.write(Buffer.from(bytes.subarray(places[at], end)));
    });
    assert.deepEqual(JSON.parse(out + framing.end()), chunks);
  });
  fc.assert(property, { numRuns: 300 });
});

test('a heartbeat is a line feed, before the first object and between two', () => {
  const framing = new JsonArrayFraming();

  const written = [
    framing.write(geminiGenerate.heartbeat),
    framing.write('data: {"a":1}\n\n'),
    framing.write(geminiGenerate.heartbeat),
    framing.write('data: {"b":\r\ndata: "é"}\r\n\r\n'),
    framing.end(),
  ];

  assert.deepEqual(written, ['\n', '[{"a":1}', '\n', ',\n{"b":\n"é"}', ']']);
});

test('nothing, a half event and a fault after it still make a whole list', () => {
  const silent = new JsonArrayFraming();
  assert.equal(silent.write(': x\n\n') + silent.end(), '\n[]');
  assert.equal(silent.end(), '');

  const cut = new JsonArrayFraming();
  const fault = geminiGenerate.openStream({ generation, choices: 1 }).fault(new Fault('stream-cut'));
  const out = cut.write('data: {"a":1}\n\ndata: {"b":') + cut.write(fault) + cut.end();
  const list = JSON.parse(out);
  assert.deepEqual(list[0], { a: 1 });
  assert.equal(list[1].error.status, 'UNAVAILABLE');
  assert.equal(list.length, 2);
});
