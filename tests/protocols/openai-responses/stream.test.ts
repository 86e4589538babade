import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import fc from 'fast-check';
import { Fault } from '#core/generation/fault.ts';
import { openaiResponses } from '#core/protocol/openai-responses/openai-responses.ts';
import { SseSplitter } from '#core/protocol/sse.ts';
import { newGenerationId } from '#gateway/generation-id.ts';
import { about, dataOf, eventsIn, fixture, generation, readAll, someUsage, totalOf } from './fixtures.ts';

const textBytes = Buffer.byteLength('Grüße, 世界 😀');
const callBytes = Buffer.byteLength('weather{"city":"Zürich"}');
const whole = { hasContent: true, usage: someUsage, error: undefined, terminals: 1 };

test('text is counted once, though it is told five times', () => {
  assert.deepEqual(totalOf(readAll(eventsIn(fixture('text.sse')))), {
    ...whole,
    outputBytes: textBytes,
    finish: 'stop',
  });
});

test('an upstream without event lines and numbers reads the same', () => {
  assert.deepEqual(totalOf(readAll(eventsIn(fixture('no-event-lines.sse')))), {
    ...whole,
    outputBytes: textBytes,
    finish: 'stop',
  });
});

test('arguments count once, whichever event brings them', () => {
  for (const name of [
    'arguments-in-deltas.sse',
    'arguments-only-in-done.sse',
    'arguments-only-in-item.sse',
    'arguments-only-in-snapshot.sse',
    'call-only-in-snapshot.sse',
  ]) {
    const total = totalOf(readAll(eventsIn(fixture(name))));
    assert.deepEqual(total, { ...whole, outputBytes: callBytes, finish: 'tool-calls' }, name);
  }
});

test('reasoning, parallel calls and free text are content', () => {
  const total = totalOf(readAll(eventsIn(fixture('reasoning-and-parallel-calls.sse'))));
  const told = 'First.Second.weather{"city":"Zürich"}read{"city":"Zürich"}patch*** Begin';
  assert.deepEqual(total, { ...whole, outputBytes: Buffer.byteLength(told), finish: 'tool-calls' });
});

test('the first events and empty deltas are no content', () => {
  const [created, inProgress, added, part] = readAll(eventsIn(fixture('text.sse')));
  for (const facts of [created, inProgress, added, part]) assert.equal(facts?.hasContent, false);
  const empty = eventsIn(Buffer.from('data: {"type":"response.output_text.delta","delta":"","output_index":0}\n\n'));
  assert.equal(readAll(empty)[0]?.hasContent, false);
});

test('an answer cut by the limit ends as length', () => {
  assert.equal(totalOf(readAll(eventsIn(fixture('cut-by-the-limit.sse')))).finish, 'length');
});

test('a stream without its terminal event has no finish, and nothing is added to it', () => {
  const stream = openaiResponses.openStream(about);
  const facts = eventsIn(fixture('without-terminal-event.sse')).map((event) => stream.read(event));

  assert.equal(totalOf(facts).finish, undefined);
  assert.equal(totalOf(facts).terminals, 0);
  assert.equal(stream.end(), '');
});

test('errors are told by their code alone', () => {
  assert.equal(totalOf(readAll(eventsIn(fixture('failed-after-created.sse')))).error, 'insufficient_quota');
  const codeOf = (data: string) => totalOf(readAll(eventsIn(Buffer.from(`data: ${data}\n\n`)))).error;
  assert.equal(codeOf('{"type":"error","code":"rate_limit_exceeded","message":"m"}'), 'rate_limit_exceeded');
  assert.equal(codeOf('{"error":{"type":"server_error","message":"m"}}'), 'server_error');
  assert.equal(codeOf('{"type":"error","code":"Words of a prompt"}'), 'unknown');
  assert.equal(codeOf('[DONE]'), undefined);
});

test('any byte split gives the same facts', () => {
  const bytes = fixture('reasoning-and-parallel-calls.sse');
  const expected = totalOf(readAll(eventsIn(bytes)));
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
      const splitter = new SseSplitter();
      const stream = openaiResponses.openStream(about);
      const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const facts = at.flatMap((from, i) =>
        splitter.push(Buffer.from(bytes.subarray(from, at[i + 1] ?? from))).events.map((event) => stream.read(event)),
      );
      assert.deepEqual(totalOf(facts), expected);
    }),
    { numRuns: 200 },
  );
});

test('bytes that are no events are read without a throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), fc.boolean(), (text, isTyped) => {
      const stream = openaiResponses.openStream(about);
      const data = Buffer.from(isTyped ? `{"type":"response.output_item.done","item":${JSON.stringify(text)}}` : text);
      stream.read({ start: 0, end: data.length, name: null, data });
    }),
  );
});

test('a fault goes on with the id, the time and the next number of the stream that it ends', () => {
  const stream = openaiResponses.openStream(about);
  for (const event of eventsIn(fixture('text.sse')).slice(0, 5)) stream.read(event);

  const text = stream.fault(new Fault('stream-cut'));

  assert.ok(text.startsWith('\n\nevent: response.failed\ndata: '), 'a half event cannot swallow it');
  const [failed] = dataOf(text);
  assert.equal(failed?.sequence_number, 5);
  assert.equal(failed?.response?.id, 'resp_up');
  assert.equal(failed?.response?.created_at, 1_700_000_000);
  assert.equal(failed?.response?.status, 'failed');
  assert.deepEqual(failed?.response?.error, { code: 'stream_cut', message: new Fault('stream-cut').sentence });
  assert.deepEqual(failed?.response?.output, []);
  assert.equal(failed?.response?.usage, null);
});

test('numbers that an upstream does not write are counted', () => {
  const stream = openaiResponses.openStream(about);
  for (const event of eventsIn(fixture('no-event-lines.sse')).slice(0, 4)) stream.read(event);
  assert.equal(dataOf(stream.fault(new Fault('stream-stalled')))[0]?.sequence_number, 4);
});

test('a fault before any event has an id of our own and the time of the generation', () => {
  const own = newGenerationId(1_700_000_000_999);
  const [failed] = dataOf(openaiResponses.encodeStreamFault(new Fault('upstream-timeout'), own));

  assert.equal(failed?.sequence_number, 0);
  assert.equal(failed?.response?.id, `resp_${own.slice(4)}`);
  assert.equal(failed?.response?.created_at, 1_700_000_000);
});

test('a refusal while no byte was sent has the body of the other dialect of OpenAI', () => {
  const { status, body } = openaiResponses.encodeFault(new Fault('model-unknown'), generation);

  assert.equal(status, 404);
  assert.deepEqual(Object.keys(JSON.parse(body).error).sort(), ['code', 'message', 'param', 'type']);
  assert.equal(JSON.parse(body).error.code, 'model_not_found');
});

test('a caller is told the code of the upstream that a program may wait for', () => {
  const fault = new Fault('upstream-rejected', { status: 400, code: 'context_length_exceeded' });
  const [failed] = dataOf(openaiResponses.encodeStreamFault(fault, generation));
  assert.equal(failed?.response?.error?.code, 'context_length_exceeded');
});
