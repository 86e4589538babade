import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import { openaiResponses } from '#core/protocol/openai-responses/openai-responses.ts';
import type { ReplyAbout } from '#core/protocol/protocol.ts';
import { eventSequences } from '../../properties/event-arbitraries.ts';
import { address, bodyOf, dataOf, eventsIn, generation, type Item, type Written } from './fixtures.ts';

const request = openaiResponses.decodeRequest(bodyOf({ model: 'asked', input: 'x' }), address);
const about: ReplyAbout = { request, generation, createdAt: 1_700_000_000, wantsUsage: true };

function write(events: readonly GenerationEvent[]): readonly Written[] {
  const encoder = openaiResponses.openEncoder(about);
  const text = events.map((event) => encoder.encode(event)).join('');
  return dataOf(text + encoder.end());
}

test('every sequence of neutral events becomes a stream in order', () => {
  fc.assert(
    fc.property(eventSequences(2), (events) => {
      const written = write(events);

      for (const [i, { sequence_number }] of written.entries()) assert.equal(sequence_number, i);
      assert.equal(written[0]?.type, 'response.created');
      assert.equal(written[1]?.type, 'response.in_progress');
      const terminals = written.filter(({ type }) => /^response\.(completed|incomplete|failed)$/.test(type));
      assert.equal(terminals.length, 1);
      assert.equal(terminals[0], written.at(-1));
      judgeItems(written);
    }),
    { numRuns: 400 },
  );
});

/** Each item is opened once, then done once; its texts are those of its deltas; the last event has all of them. */
function judgeItems(written: readonly Written[]): void {
  const added = written.filter(({ type }) => type === 'response.output_item.added');
  const done = written.filter(({ type }) => type === 'response.output_item.done');
  assert.deepEqual(
    added.map(({ output_index }) => output_index),
    added.map((_, i) => i),
  );
  const inOrder = [...done].sort((a, b) => (a.output_index ?? 0) - (b.output_index ?? 0));
  assert.deepEqual(
    written.at(-1)?.response?.output,
    inOrder.map(({ item }) => item),
  );
  assert.equal(inOrder.length, added.length);
  for (const { item, output_index } of inOrder) if (item) judgeItem(item, itsOwn(written, output_index));
}

function itsOwn(written: readonly Written[], index: number | undefined): readonly Written[] {
  return written.filter(({ output_index }) => output_index === index);
}

function judgeItem(item: Item, own: readonly Written[]): void {
  assert.equal(own[0]?.type, 'response.output_item.added');
  assert.equal(own.at(-1)?.type, 'response.output_item.done');
  assert.equal(own[0]?.item?.id, item.id);
  for (const event of own.slice(1, -1)) assert.equal(event.item_id, item.id);
  const deltas = (at: number | undefined) =>
    own
      .filter(
        ({ type, content_index, summary_index }) => type.endsWith('.delta') && (content_index ?? summary_index) === at,
      )
      .map(({ delta }) => delta)
      .join('');
  const parts = (item.content ?? item.summary ?? []).map((part) => ('refusal' in part ? part.refusal : part.text));
  for (const [i, text] of parts.entries()) {
    assert.equal(deltas(i), text);
    const dones = own.filter(
      (event) => event.type.endsWith('.done') && (event.content_index ?? event.summary_index) === i,
    );
    assert.equal(dones.length, 2);
    for (const { text: told, refusal, part } of dones) {
      assert.equal(told ?? refusal ?? part?.text ?? part?.refusal, text);
    }
  }
  const input = item.arguments ?? item.input;
  if (input !== undefined) {
    assert.equal(deltas(undefined), input);
    assert.equal(own.filter((event) => (event.arguments ?? event.input) === input).length, 1);
  }
}

const textsOf = (events: readonly GenerationEvent[], kind: GenerationEvent['kind']) =>
  events
    .flatMap((event) => {
      if (event.kind !== kind || ('choice' in event && event.choice !== 0)) return [];
      const content = 'text' in event ? event.text : 'input' in event ? event.input : undefined;
      return content instanceof Content ? content.revealText('translate') : [];
    })
    .join('');

test('what is written reads back as what was said', () => {
  fc.assert(
    fc.property(eventSequences(1), (events) => {
      const encoder = openaiResponses.openEncoder(about);
      const text = events.map((event) => encoder.encode(event)).join('') + encoder.end();
      const decoder = openaiResponses.openDecoder({ generation, toolNames: new Map() });
      const back = eventsIn(Buffer.from(text)).flatMap((event) => decoder.decode(event));

      for (const kind of ['text-delta', 'refusal-delta', 'reasoning-delta'] as const) {
        assert.equal(textsOf(back, kind), textsOf(events, kind));
      }
      const names = (some: readonly GenerationEvent[]) =>
        some.flatMap((event) => (event.kind === 'tool-call-start' ? event.id.revealText('translate') : []));
      assert.deepEqual(names(back), names(events));
      const states = (some: readonly GenerationEvent[]) =>
        some.flatMap((event) => {
          const state = 'state' in event ? event.state : undefined;
          return state ? [`${state.family} ${state.kind} ${state.value.revealText('translate')}`] : [];
        });
      const ownKinds = (state: string) => state.replace(/^openai \w+/, 'openai');
      assert.deepEqual(states(back).map(ownKinds), states(events).map(ownKinds));
      const usage = events.find((event) => event.kind === 'usage')?.usage;
      const told = back.find((event) => event.kind === 'usage')?.usage;
      assert.equal(told?.output, usage?.output);
      assert.equal(told?.input, usage?.input);
    }),
    { numRuns: 300 },
  );
});

test('a fault anywhere is one terminal event with the next number', () => {
  fc.assert(
    fc.property(eventSequences(1), fc.nat(30), (events, cut) => {
      const encoder = openaiResponses.openEncoder(about);
      const told = events.slice(0, Math.min(cut, events.length - 1)).map((event) => encoder.encode(event));
      const written = dataOf(told.join('') + encoder.fault(new Fault('stream-cut')));

      assert.deepEqual(
        written.map(({ sequence_number }) => sequence_number),
        written.map((_, i) => i),
      );
      assert.equal(written.at(-1)?.type, 'response.failed');
      assert.equal(written.at(-1)?.response?.id, 'resp_01jd2z8h5k0123456789abcdef');
      assert.equal(encoder.end(), '', 'nothing after the end');
    }),
    { numRuns: 200 },
  );
});

test('an unknown or missing finish is not complete', () => {
  const finished = (events: readonly GenerationEvent[]) =>
    write([{ kind: 'start', model: undefined }, ...events]).at(-1);
  const withReason = (reason: 'stop' | 'length' | 'filtered' | 'paused' | 'other' | 'tool-calls') =>
    finished([{ kind: 'finish', choice: 0, reason }])?.type;

  assert.equal(withReason('stop'), 'response.completed');
  assert.equal(withReason('tool-calls'), 'response.completed');
  for (const reason of ['length', 'filtered', 'paused', 'other'] as const) {
    assert.equal(withReason(reason), 'response.incomplete');
  }
  assert.equal(finished([])?.type, 'response.incomplete');
});

test('an item of the family that its upstream left without an id gets one of ours', () => {
  for (const id of [undefined, true, 7, '']) {
    const item = Content.ofJson({ type: 'web_search_call', status: 'completed', ...(id === undefined ? {} : { id }) });
    const written = write([
      { kind: 'start', model: undefined },
      { kind: 'foreign', choice: 0, family: 'openai', item },
      { kind: 'finish', choice: 0, reason: 'stop' },
    ]);

    const [shown] = written.at(-1)?.response?.output ?? [];
    assert.equal(shown?.id, 'item_01jd2z8h5k0123456789abcdef_0', String(id));
    for (const { item: told } of written.filter(({ item }) => item !== undefined)) assert.equal(told?.id, shown?.id);
  }
});
