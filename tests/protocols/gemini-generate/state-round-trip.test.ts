import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Content } from '#core/generation/content.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import { chunksOf, decode, encode, encodeEvents, fixture, readStream, shown } from './gemini.ts';

const text = Content.ofText;

/** The history that a caller sends back: each chunk's content as a turn of its own, as Google's SDK keeps it. */
function historyOf(sse: string) {
  const turns = chunksOf(sse).flatMap(({ candidates }) =>
    candidates.map(({ content }: { content: unknown }) => content),
  );
  return [{ role: 'user', parts: [{ text: 'go' }] }, ...turns];
}

function thinkingThenCall(state: OpaqueState, isSummary: boolean): readonly GenerationEvent[] {
  const choice = 0;
  return [
    { kind: 'start', model: undefined },
    { kind: 'reasoning-delta', choice, text: text('I shall '), isSummary },
    { kind: 'reasoning-delta', choice, text: text('look.'), isSummary },
    { kind: 'state', choice, state },
    { kind: 'part-end', choice },
    { kind: 'text-delta', choice, text: text('Wait.') },
    {
      kind: 'tool-call-start',
      choice,
      call: 0,
      id: text('toolu_1'),
      name: text('f'),
      form: 'function',
      state: undefined,
    },
    { kind: 'tool-call-delta', choice, call: 0, input: text('{}') },
    { kind: 'finish', choice, reason: 'tool-calls' },
  ];
}

test("reasoning of other families and its proof survive the way through a caller of Google's dialect", () => {
  const states: readonly (readonly [state: OpaqueState, isSummary: boolean])[] = [
    [{ family: 'anthropic', kind: 'signature', value: text('RXFRQkNrZ0lB+/==') }, false],
    [{ family: 'openai', kind: 'encrypted', value: text('gAAAAAB_-x') }, true],
  ];
  for (const [state, isSummary] of states) {
    const { messages } = decode({ contents: historyOf(encodeEvents(thinkingThenCall(state, isSummary))) });

    assert.deepEqual(shown(messages[1]), {
      role: 'assistant',
      parts: [
        { kind: 'reasoning', text: 'I shall look.', isSummary, state: shown(state) },
        { kind: 'text', text: 'Wait.' },
        { kind: 'tool-call', id: 'toolu_1', name: 'f', form: 'function', input: '{}' },
      ],
    });
  }
});

test('reasoning that only its maker can read comes back as it went', () => {
  const state: OpaqueState = { family: 'anthropic', kind: 'redacted', value: text('c2VjcmV0') };
  const sse = encodeEvents([
    { kind: 'state', choice: 0, state },
    { kind: 'part-end', choice: 0 },
    { kind: 'text-delta', choice: 0, text: text('Yes.') },
    { kind: 'finish', choice: 0, reason: 'stop' },
  ]);

  const { messages } = decode({ contents: historyOf(sse) });

  assert.deepEqual(shown(messages[1]), {
    role: 'assistant',
    parts: [
      { kind: 'reasoning', text: '', isSummary: false, state: shown(state) },
      { kind: 'text', text: 'Yes.' },
    ],
  });
});

test("Google's signatures survive the neutral form there and back", () => {
  for (const name of ['text-signed-at-its-end.sse', 'parallel-calls-signed-once.sse']) {
    const { events } = readStream([fixture(name)]);
    const { messages } = decode({ contents: historyOf(encodeEvents(events)) });

    const { body } = encode({ ...decode({ contents: [] }), messages });

    const parts = body.contents.flatMap((content: { parts: object[] }) => content.parts);
    const signatures = parts.flatMap((part: { thoughtSignature?: string }) => part.thoughtSignature ?? []);
    const sent = chunksOf(fixture(name).toString()).flatMap(({ candidates }) => candidates[0].content.parts);
    assert.deepEqual(
      signatures,
      sent.flatMap((part: { thoughtSignature?: string }) => part.thoughtSignature ?? []),
      name,
    );
  }
});
