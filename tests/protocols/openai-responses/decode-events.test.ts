import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import fc from 'fast-check';
import type { Content } from '#core/generation/content.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import { openaiResponses } from '#core/protocol/openai-responses/openai-responses.ts';
import { eventsIn, fixture, generation, someUsage } from './fixtures.ts';

const about = { generation, toolNames: new Map([['weather', 'caller.weather']]) };

function decode(name: string): readonly GenerationEvent[] {
  const decoder = openaiResponses.openDecoder(about);
  return eventsIn(fixture(name)).flatMap((event) => decoder.decode(event));
}

const told = (content: Content | undefined) => content?.revealText('translate');

/** Kind and what it says, in short. */
function short(events: readonly GenerationEvent[]): readonly string[] {
  return events.map((event) => {
    switch (event.kind) {
      case 'start':
        return `start ${told(event.model)}`;
      case 'text-delta':
      case 'refusal-delta':
        return `${event.kind} ${told(event.text)}`;
      case 'reasoning-delta':
        return `reasoning ${event.isSummary} ${told(event.text)}`;
      case 'state':
        return `state ${event.state.family} ${event.state.kind} ${told(event.state.value)}`;
      case 'citation':
        return `citation ${told(event.citation.url)} ${event.citation.start}-${event.citation.end}`;
      case 'tool-call-start':
        return `call ${event.call} ${event.form} ${told(event.id)} ${told(event.name)}`;
      case 'tool-call-delta':
        return `input ${event.call} ${told(event.input)}`;
      case 'tool-call-end':
        return `call-end ${event.call}`;
      case 'logprobs':
        return `logprobs ${event.tokens.map(({ token }) => told(token)).join('|')}`;
      case 'finish':
        return `finish ${event.reason}`;
      case 'error':
        return `error ${event.code}`;
      default:
        return event.kind;
    }
  });
}

test('text comes out once, with usage and an end', () => {
  const events = decode('text.sse');

  assert.deepEqual(short(events), [
    'start up-model',
    'text-delta Grüße, ',
    'text-delta 世界 😀',
    'part-end',
    'finish stop',
    'usage',
    'end',
  ]);
  assert.deepEqual(events.find((event) => event.kind === 'usage')?.usage, someUsage);
});

test('arguments come out once, whichever event brings them, under the name that the caller knows', () => {
  const tail = ['finish tool-calls', 'usage', 'end'];
  const start = ['start up-model', 'call 0 function call_a caller.weather'];
  const late = [...start, 'input 0 {"city":"Zürich"}', 'call-end 0', ...tail];
  const inDeltas = [...start, 'input 0 {"city":', 'input 0 "Zürich"}', 'call-end 0', ...tail];

  assert.deepEqual(short(decode('arguments-in-deltas.sse')), inDeltas);
  for (const name of ['done', 'item', 'snapshot'])
    assert.deepEqual(short(decode(`arguments-only-in-${name}.sse`)), late);
  assert.deepEqual(short(decode('call-only-in-snapshot.sse')), late);
});

test('a summary is one part with its state, and parallel calls keep apart', () => {
  assert.deepEqual(short(decode('reasoning-and-parallel-calls.sse')), [
    'start up-model',
    'reasoning true Fir',
    'reasoning true st.',
    'reasoning true \n\n',
    'reasoning true Second.',
    'state openai encrypted gAAAAsealed',
    'part-end',
    'call 0 function call_a caller.weather',
    'call 1 function call_b files__read',
    'input 0 {"city":',
    'input 1 {"city":"Zürich"}',
    'input 0 "Zürich"}',
    'call 2 custom call_c patch',
    'input 2 *** ',
    'input 2 Begin',
    'call-end 0',
    'call-end 1',
    'call-end 2',
    'finish tool-calls',
    'usage',
    'end',
  ]);
});

test('citations and probabilities come out once', () => {
  assert.deepEqual(short(decode('citation.sse')), [
    'start up-model',
    'logprobs A cited.',
    'text-delta A cited.',
    'citation https://example.org/a 0-5',
    'part-end',
    'finish stop',
    'usage',
    'end',
  ]);
});

test('a cut by the limit is length, a failure is an error and nothing after it', () => {
  assert.deepEqual(short(decode('cut-by-the-limit.sse')).slice(-3), ['finish length', 'usage', 'end']);
  assert.deepEqual(short(decode('failed-after-created.sse')), ['start up-model', 'error insufficient_quota']);
  assert.deepEqual(short(decode('without-terminal-event.sse')).at(-1), 'part-end');
});

test('whatever an upstream sends, the decoder throws nothing', () => {
  const types = [
    'response.created',
    'response.output_item.added',
    'response.output_item.done',
    'response.output_text.delta',
    'response.output_text.done',
    'response.function_call_arguments.done',
    'response.output_text.annotation.added',
    'response.completed',
    'response.failed',
    'error',
  ];
  const fields = fc.dictionary(
    fc.constantFrom('item', 'response', 'delta', 'text', 'output_index', 'annotation', 'error', 'item_id'),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...types), fields), { maxLength: 6 }), (drawn) => {
      const decoder = openaiResponses.openDecoder(about);
      for (const [type, rest] of drawn) {
        const data = Buffer.from(JSON.stringify({ ...rest, type }));
        decoder.decode({ start: 0, end: data.length, name: type, data });
      }
    }),
  );
});

test('a whole reply has the same parts as its stream', () => {
  for (const name of ['text.sse', 'reasoning-and-parallel-calls.sse', 'citation.sse', 'cut-by-the-limit.sse']) {
    const last = eventsIn(fixture(name)).at(-1)?.data ?? new Uint8Array();
    const body = Buffer.from(JSON.stringify(JSON.parse(Buffer.from(last).toString()).response));

    const facts = openaiResponses.readReply(body);
    const { choices, usage } = openaiResponses.decodeReply(body, about);

    assert.equal(facts.kind, 'answer');
    assert.deepEqual(usage, someUsage);
    const streamed = decode(name);
    const calls = streamed.flatMap((event) => (event.kind === 'tool-call-start' ? told(event.name) : []));
    const parts = choices[0]?.parts ?? [];
    assert.deepEqual(
      parts.flatMap((part) => (part.kind === 'tool-call' ? told(part.name) : [])),
      calls,
    );
    const texts = streamed.flatMap((event) =>
      event.kind === 'text-delta' || event.kind === 'reasoning-delta' ? told(event.text) : [],
    );
    assert.equal(
      parts.flatMap((part) => (part.kind === 'text' || part.kind === 'reasoning' ? told(part.text) : [])).join(''),
      texts.join(''),
    );
    assert.equal(choices[0]?.finish, streamed.find((event) => event.kind === 'finish')?.reason);
  }
});

test('a reply that is an error, or none, is told as such', () => {
  const read = (text: string) => openaiResponses.readReply(Buffer.from(text));

  assert.deepEqual(read('{"error":{"code":"model_not_found","message":"m"}}'), {
    kind: 'error',
    code: 'model_not_found',
  });
  assert.deepEqual(read('{"status":"failed","output":[],"error":null}'), { kind: 'error', code: 'unknown' });
  assert.deepEqual(read('<html>'), { kind: 'not-json' });
  assert.deepEqual(read('{"choices":[]}'), { kind: 'not-json' });
  assert.equal(openaiResponses.readErrorCode(Buffer.from('{"error":{"code":"a_b_c"}}')), 'a_b_c');
});
