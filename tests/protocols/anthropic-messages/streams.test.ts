// What is read of an upstream's stream, on its way to a caller of the same dialect and in a translation.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '#core/generation/fault.ts';
import { anthropicMessages } from '#core/protocol/anthropic-messages/anthropic-messages.ts';
import { factsOfEvents } from '#core/protocol/event-facts.ts';
import { places } from '../../properties/arbitraries.ts';
import { cutAt } from '../../properties/sse-oracle.ts';
import { decodeAbout, decodeStream, factsOf, fixture, generation, shown, splitEvents } from './messages-under-test.ts';

const names = [
  'thinking-then-two-calls.sse',
  'delta-tells-output-alone.sse',
  'error-after-content.sse',
  'ends-without-message-stop.sse',
  'web-search-with-citation.sse',
  'crlf-comments-and-no-event-names.sse',
  'message-begins-anew.sse',
];

test('cumulative usage replaces, and what the last report leaves out stays as the first one told it', () => {
  const whole = factsOf(fixture('thinking-then-two-calls.sse')).find(({ usage }) => usage)?.usage;
  const partly = factsOf(fixture('delta-tells-output-alone.sse')).find(({ usage }) => usage)?.usage;

  const first = { input: 41, cachedInput: 20, cacheWrite5m: 10, cacheWrite1h: 20, output: 90, reasoning: 50 };
  const second = { input: 7, cachedInput: 5, cacheWrite5m: 0, cacheWrite1h: 0, output: 4, reasoning: 0 };
  assert.deepEqual([whole, partly], [first, second]);
});

test('the seed of output in message_start is no usage: a caller that leaves would pay for it alone', () => {
  const [start, ...rest] = factsOf(fixture('delta-tells-output-alone.sse'));

  assert.equal(start?.usage, undefined);
  assert.equal(rest.filter(({ usage }) => usage).length, 1);
});

test('content begins with a text, thinking or the name of a tool, not with an empty block or a ping', () => {
  const facts = factsOf(fixture('thinking-then-two-calls.sse'));

  const kinds = facts.map(({ hasContent, outputBytes }) => (hasContent ? outputBytes : 0));
  assert.deepEqual(kinds.slice(0, 5), [0, 0, 0, Buffer.byteLength('Zwei Städte – '), Buffer.byteLength('two calls 🌧')]);
  const content = facts.filter(({ hasContent }) => hasContent);
  assert.equal(content.length, 7);
});

test('signatures count as output, which hides behind them, but begin no answer', () => {
  const facts = factsOf(fixture('thinking-then-two-calls.sse'));

  const hidden = facts.filter(({ hasContent, outputBytes }) => !hasContent && outputBytes > 0);
  assert.deepEqual(
    hidden.map(({ outputBytes }) => outputBytes),
    ['c2lnbmVk'.length, 'aGlkZGVu'.length],
  );
});

test('message_stop alone is terminal', () => {
  const facts = factsOf(fixture('thinking-then-two-calls.sse'));

  assert.equal(
    facts.findIndex(({ isTerminal }) => isTerminal),
    facts.length - 1,
  );
  assert.equal(facts.at(-2)?.finish, 'tool-calls');
});

test('an error in the stream is told by its code, never by its words', () => {
  const facts = factsOf(fixture('error-after-content.sse'));

  assert.equal(facts.at(-1)?.error, 'overloaded_error');
});

test('what is no JSON passes and says nothing; a message that begins anew is a fault', () => {
  const broken = factsOf(Buffer.from('event: content_block_delta\ndata: {"type":"content_bl\n\n'));
  const anew = factsOf(fixture('message-begins-anew.sse'));
  const decoded = decodeStream(fixture('message-begins-anew.sse'));

  assert.deepEqual([broken[0]?.error, broken[0]?.isMalformed, broken[0]?.hasContent], [undefined, true, false]);
  assert.equal(anew.find(({ error }) => error)?.error, 'unknown');
  assert.ok(decoded.some(({ kind }) => kind === 'error'));
});

test('a very deep event is not parsed', () => {
  const deep = `{"type":"content_block_delta","x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;

  const stream = Buffer.from(`data: ${deep}\n\n`);

  assert.equal(factsOf(stream)[0]?.isMalformed, true);
  assert.deepEqual(decodeStream(stream), [{ kind: 'error', code: 'unknown' }]);
});

test('a stream that ended well without its last word gets it, others do not', () => {
  const ends = ['ends-without-message-stop.sse', 'delta-tells-output-alone.sse', 'error-after-content.sse'].map(
    (name) => {
      const stream = anthropicMessages.openStream({ generation, choices: 1 });
      for (const event of splitEvents([fixture(name)])) stream.read(event);
      return stream.end();
    },
  );

  assert.deepEqual(ends, ['event: message_stop\ndata: {"type":"message_stop"}\n\n', '', '']);
});

test('a fault in the stream is an event of its own, after a blank line, with our words', () => {
  const stream = anthropicMessages.openStream({ generation, choices: 1 });

  const text = stream.fault(new Fault('stream-cut'));

  const [event] = splitEvents([Buffer.from(`event: content_block_delta\ndata: {"half${text}`)]).slice(-1);
  assert.equal(event?.name, 'error');
  const { type, error, request_id } = JSON.parse(Buffer.from(event?.data ?? []).toString());
  assert.deepEqual([type, error.type, request_id], ['error', 'api_error', generation]);
  assert.match(error.message, /broke off/);
  assert.equal(text.includes('message_stop'), false);
});

test('both readings of a stream agree on its end, its usage and its errors', () => {
  for (const name of names) {
    const spliced = factsOf(fixture(name));
    const decoder = anthropicMessages.openDecoder(decodeAbout);
    const decoded = splitEvents([fixture(name)]).map((event) => factsOfEvents(decoder.decode(event)));

    const told = ({ finish, usage, isTerminal, error }: (typeof spliced)[number]) => [finish, usage, isTerminal, error];
    assert.deepEqual(decoded.map(told), spliced.map(told), name);
  }
});

test('however a stream is cut into pieces, the same is read', () => {
  const property = fc.property(fc.constantFrom(...names), fc.array(places, { maxLength: 6 }), (name, cuts) => {
    const whole = fixture(name);
    const stream = anthropicMessages.openStream({ generation, choices: 1 });
    const decoder = anthropicMessages.openDecoder(decodeAbout);

    const events = splitEvents(cutAt(whole, cuts));

    assert.deepEqual(
      events.map((event) => stream.read(event)),
      factsOf(whole),
    );
    const decoded = events.flatMap((event) => decoder.decode(event));
    assert.deepEqual(shown(decoded), shown(decodeStream(whole)));
  });
  fc.assert(property, { numRuns: 1_000 });
});

test('thinking, its signature, redacted thinking, text and calls are decoded in order and unchanged', () => {
  const events = decodeStream(fixture('thinking-then-two-calls.sse'));

  const signature = { family: 'anthropic', kind: 'signature', value: 'c2lnbmVk' };
  const redacted = { family: 'anthropic', kind: 'redacted', value: 'aGlkZGVu' };
  const start = { kind: 'tool-call-start', choice: 0, form: 'function' };
  assert.deepEqual(shown(events), [
    { kind: 'start', model: 'claude-test-1' },
    { kind: 'reasoning-delta', choice: 0, text: 'Zwei Städte – ', isSummary: false },
    { kind: 'reasoning-delta', choice: 0, text: 'two calls 🌧', isSummary: false },
    { kind: 'state', choice: 0, state: signature },
    { kind: 'part-end', choice: 0 },
    { kind: 'state', choice: 0, state: redacted },
    { kind: 'text-delta', choice: 0, text: 'Let me look.' },
    { kind: 'part-end', choice: 0 },
    { ...start, call: 0, id: 'toolu_A', name: 'weather' },
    { kind: 'tool-call-delta', choice: 0, call: 0, input: '{"city":"Kö' },
    { kind: 'tool-call-delta', choice: 0, call: 0, input: 'ln","id":12345678901234567890}' },
    { kind: 'tool-call-end', choice: 0, call: 0 },
    { ...start, call: 1, id: 'toolu_B', name: 'clock' },
    { kind: 'tool-call-delta', choice: 0, call: 1, input: '{}' },
    { kind: 'tool-call-end', choice: 0, call: 1 },
    { kind: 'finish', choice: 0, reason: 'tool-calls' },
    {
      kind: 'usage',
      usage: { input: 41, cachedInput: 20, cacheWrite5m: 10, cacheWrite1h: 20, output: 90, reasoning: 50 },
    },
    { kind: 'end' },
  ]);
});

test('a hosted tool and what it found are handed on whole, a citation as its family wrote it', () => {
  const events = decodeStream(fixture('web-search-with-citation.sse'));

  const items = events.flatMap((event) => (event.kind === 'foreign' ? [shown(event.item)] : []));
  const citations = events.flatMap((event) => (event.kind === 'citation' ? [shown(event.citation)] : []));
  assert.deepEqual(items[0], {
    type: 'server_tool_use',
    id: 'srvtoolu_1',
    name: 'web_search',
    input: { query: 'rain' },
  });
  assert.equal(items.length, 2);
  assert.deepEqual(citations, [
    {
      url: 'https://rain.example',
      title: 'Rain',
      quote: 'rain',
      family: 'anthropic',
      item: {
        type: 'web_search_result_location',
        cited_text: 'rain',
        encrypted_index: 'aW5k',
        title: 'Rain',
        url: 'https://rain.example',
      },
    },
  ]);
});
