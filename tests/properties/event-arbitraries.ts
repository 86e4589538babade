import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { Content } from '#core/generation/content.ts';
import { type OpaqueState, stateFamilies } from '#core/generation/opaque-state.ts';
import { finishReasons, type GenerationEvent } from '#core/generation/reply.ts';
import type { Usage } from '#core/generation/usage.ts';

// Streamed answers in the neutral form, by the grammar of core/generation/reply.ts: what any decoder may give, and any
// encoder must be able to write.

const words = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('Hello', ' world', '{"a":', '1}', '\n\n', '"\\', '日本😀', ' ') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
);
const contents = words.map((text) => Content.ofText(text));
const base64 = fc
  .uint8Array({ minLength: 1, maxLength: 12 })
  .map((bytes) => Content.ofText(Buffer.from(bytes).toString('base64')));

function states(kind: OpaqueState['kind']): fc.Arbitrary<OpaqueState> {
  return fc.record({ family: fc.constantFrom(...stateFamilies), kind: fc.constant(kind), value: base64 });
}

/** Events of one choice that belong together, still without its number. */
type Piece = {
  readonly events: readonly Unnumbered[];
  /** No part may be open before them. */
  readonly standsAlone: boolean;
};
type Unnumbered = (choice: number, firstCall: number) => GenerationEvent;

const partEnd: Unnumbered = (choice) => ({ kind: 'part-end', choice });

function stateEvent(state: OpaqueState): Unnumbered {
  return (choice) => ({ kind: 'state', choice, state });
}

/** Several deltas, sometimes with what belongs to them, sometimes closed. */
function part(delta: fc.Arbitrary<Unnumbered>, tail: fc.Arbitrary<readonly Unnumbered[]>): fc.Arbitrary<Piece> {
  return fc
    .tuple(fc.array(delta, { minLength: 1, maxLength: 3 }), tail, fc.boolean())
    .map(([deltas, rest, isClosed]) => ({
      events: [...deltas, ...rest, ...(isClosed ? [partEnd] : [])],
      standsAlone: false,
    }));
}

const citations: fc.Arbitrary<Unnumbered> = fc
  .record({
    url: fc.option(fc.constant(Content.ofText('https://example.org/a')), { nil: undefined }),
    title: fc.option(contents, { nil: undefined }),
    family: fc.constantFrom(...stateFamilies),
    item: fc.constant(Content.ofJson({ type: 'some_citation' })),
  })
  .map((citation) => (choice) => ({ kind: 'citation', choice, citation }));

const textPieces = part(
  contents.map((text) => (choice) => ({ kind: 'text-delta', choice, text })),
  fc.oneof(
    fc.constant([]),
    fc.array(citations, { maxLength: 2 }),
    states('signature').map((state) => [stateEvent(state)]),
  ),
);
const refusalPieces = part(
  contents.map((text) => (choice) => ({ kind: 'refusal-delta', choice, text })),
  fc.constant([]),
);
const reasoningPieces = fc.boolean().chain((isSummary) =>
  part(
    contents.map((text) => (choice) => ({ kind: 'reasoning-delta', choice, text, isSummary })),
    fc.oneof(
      fc.constant([]),
      fc.oneof(states('signature'), states('encrypted')).map((state) => [stateEvent(state)]),
    ),
  ),
);
/** Only its maker can read it: no text beside it. */
const sealedPieces: fc.Arbitrary<Piece> = fc
  .oneof(states('redacted'), states('encrypted'))
  .map((state) => ({ events: [stateEvent(state), partEnd], standsAlone: true }));

type DrawnCall = {
  readonly id: string;
  readonly form: 'function' | 'custom';
  readonly state: OpaqueState | undefined;
  readonly pieces: readonly Content[];
  readonly isEnded: boolean;
};
const drawnCalls: fc.Arbitrary<DrawnCall> = fc.record({
  id: fc.stringMatching(/^call_[a-zA-Z0-9]{12}$/),
  form: fc.constantFrom('function', 'function', 'custom'),
  state: fc.option(states('signature'), { nil: undefined }),
  pieces: fc
    .constantFrom<readonly string[]>([], ['{}'], ['{"city":', '"日本😀"', '}'], ['{"deep":{"list":[1,', '2]}}'])
    .map((texts) => texts.map((text) => Content.ofText(text))),
  isEnded: fc.boolean(),
});

/** One call, or several whose pieces come in turn. */
const callPieces: fc.Arbitrary<Piece> = fc
  .uniqueArray(drawnCalls, { minLength: 1, maxLength: 3, selector: ({ id }) => id })
  .map((calls) => ({ events: eventsOfCalls(calls), standsAlone: false }));

function eventsOfCalls(calls: readonly DrawnCall[]): readonly Unnumbered[] {
  const starts = calls.map(
    ({ id, form, state }, k): Unnumbered =>
      (choice, first) => ({
        kind: 'tool-call-start',
        choice,
        call: first + k,
        id: Content.ofText(id),
        name: Content.ofText(form === 'function' ? 'get_weather' : 'run_text'),
        form,
        state,
      }),
  );
  const deltas = [0, 1, 2].flatMap((turn) =>
    calls.flatMap(({ pieces }, k): readonly Unnumbered[] => {
      const input = pieces[turn];
      return input ? [(choice, first) => ({ kind: 'tool-call-delta', choice, call: first + k, input })] : [];
    }),
  );
  const ends = calls.flatMap(({ isEnded }, k): readonly Unnumbered[] =>
    isEnded ? [(choice, first) => ({ kind: 'tool-call-end', choice, call: first + k })] : [],
  );
  return [...starts, ...deltas, ...ends];
}

const singlePieces: fc.Arbitrary<Piece> = fc
  .oneof(
    base64.map(
      (data): Unnumbered =>
        (choice) =>
          media(choice, 'image', data),
    ),
    base64.map(
      (data): Unnumbered =>
        (choice) =>
          media(choice, 'audio', data),
    ),
    contents.map(
      (token): Unnumbered =>
        (choice) => ({
          kind: 'logprobs',
          choice,
          tokens: [{ token, logprob: -0.5, top: [{ token, logprob: -0.5 }] }],
        }),
    ),
    fc.constantFrom(...stateFamilies).map(
      (family): Unnumbered =>
        (choice) => ({
          kind: 'foreign',
          choice,
          family,
          item: Content.ofJson({ type: 'some_item' }),
        }),
    ),
  )
  .map((event) => ({ events: [event], standsAlone: false }));

function media(choice: number, medium: 'image' | 'audio', data: Content): GenerationEvent {
  return { kind: 'media', choice, medium, mediaType: medium === 'image' ? 'image/png' : 'audio/wav', data };
}

const finishes = fc.constantFrom(...finishReasons);

function choiceEvents(choice: number): fc.Arbitrary<readonly GenerationEvent[]> {
  const pieces = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: textPieces },
      { weight: 3, arbitrary: reasoningPieces },
      { weight: 3, arbitrary: callPieces },
      refusalPieces,
      sealedPieces,
      singlePieces,
    ),
    { maxLength: 6 },
  );
  return fc.tuple(pieces, finishes).map(([drawn, reason]) => [
    ...numbered(choice, drawn),
    {
      kind: 'finish',
      choice,
      reason,
      ...(reason === 'stop-sequence' ? { stopSequence: Content.ofText('END') } : {}),
    },
  ]);
}

function numbered(choice: number, pieces: readonly Piece[]): readonly GenerationEvent[] {
  const events: GenerationEvent[] = [];
  let isOpen = false;
  let calls = 0;
  for (const piece of pieces) {
    if (piece.standsAlone && isOpen) events.push({ kind: 'part-end', choice });
    const firstCall = calls;
    for (const unnumbered of piece.events) {
      const event = unnumbered(choice, firstCall);
      if (event.kind === 'tool-call-start') calls++;
      if (event.kind !== 'logprobs') isOpen = partKinds.has(event.kind);
      events.push(event);
    }
  }
  return events;
}

/** After these a part is open. */
const partKinds = new Set(['text-delta', 'refusal-delta', 'reasoning-delta', 'citation', 'state']);

const usages: fc.Arbitrary<Usage> = fc
  .record({
    input: fc.nat(9_999),
    cachedInput: fc.nat(99),
    cacheWrite5m: fc.nat(99),
    cacheWrite1h: fc.nat(9),
    output: fc.nat(9_999),
  })
  .map((usage) => ({ ...usage, reasoning: Math.floor(usage.output / 3) }));

/** A whole stream. Its choices come in turn, as upstreams send them. */
export function eventSequences(choicesMax = 1): fc.Arbitrary<readonly GenerationEvent[]> {
  return fc
    .integer({ min: 1, max: choicesMax })
    .chain((choices) =>
      fc.record({
        choices: fc.tuple(...Array.from({ length: choices }, (_, choice) => choiceEvents(choice))),
        order: fc.array(fc.nat(choicesMax), { minLength: 8, maxLength: 8 }),
        usage: fc.option(usages, { nil: undefined }),
        isUsageEarly: fc.boolean(),
        model: fc.option(fc.constant(Content.ofText('upstream-model')), { nil: undefined }),
      }),
    )
    .map(({ choices, order, usage, isUsageEarly, model }) => {
      const told: GenerationEvent[] = usage ? [{ kind: 'usage', usage }] : [];
      return [
        { kind: 'start', model },
        ...(isUsageEarly ? told : []),
        ...interleaved(choices, order),
        ...(isUsageEarly ? [] : told),
        { kind: 'end' },
      ];
    });
}

function interleaved(
  choices: readonly (readonly GenerationEvent[])[],
  order: readonly number[],
): readonly GenerationEvent[] {
  const waiting = choices.map((events) => [...events]);
  const mixed: GenerationEvent[] = [];
  for (let turn = 0; waiting.some((events) => events.length > 0); turn++) {
    const drawn = order[turn % order.length] ?? 0;
    const left = waiting.filter((events) => events.length > 0);
    const next = left[drawn % left.length]?.shift();
    if (next) mixed.push(next);
  }
  return mixed;
}
