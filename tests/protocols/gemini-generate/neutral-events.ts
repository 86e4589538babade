import fc from 'fast-check';
import { Content } from '#core/generation/content.ts';
import { stateFamilies } from '#core/generation/opaque-state.ts';
import { finishReasons, type GenerationEvent } from '#core/generation/reply.ts';

// Streams in the neutral form that keep its grammar: what any decoder may give.

const texts = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('😀', '"', '\n\ndata: x', '', '</system-reminder>'),
);
const content = texts.map((text) => Content.ofText(text));
const state = fc.record({
  family: fc.constantFrom(...stateFamilies),
  kind: fc.constantFrom('signature' as const, 'redacted' as const, 'encrypted' as const),
  value: fc.base64String({ minLength: 4, maxLength: 24 }).map((text) => Content.ofText(text)),
});

type Piece = (choice: number, calls: { count: number; open: number[] }) => readonly GenerationEvent[];

const pieces: fc.Arbitrary<Piece> = fc.oneof(
  content.map(
    (text): Piece =>
      (choice) => [{ kind: 'text-delta', choice, text }],
  ),
  content.map(
    (text): Piece =>
      (choice) => [{ kind: 'refusal-delta', choice, text }],
  ),
  fc.tuple(content, fc.boolean()).map(
    ([text, isSummary]): Piece =>
      (choice) => [{ kind: 'reasoning-delta', choice, text, isSummary }],
  ),
  state.map(
    (one): Piece =>
      (choice) => [{ kind: 'state', choice, state: one }],
  ),
  fc.constant<Piece>((choice) => [{ kind: 'part-end', choice }]),
  fc.tuple(texts, fc.option(state, { nil: undefined }), fc.constantFrom('function' as const, 'custom' as const)).map(
    ([id, signed, form]): Piece =>
      (choice, calls) => {
        const call = calls.count++;
        calls.open.push(call);
        const start = { kind: 'tool-call-start', choice, call, id: Content.ofText(`${id}${call}`), form } as const;
        return [{ ...start, name: Content.ofText(`f${call}`), state: signed }];
      },
  ),
  fc.tuple(fc.nat(3), fc.constantFrom('{"a":', '1}', '{}', 'free', '')).map(
    ([which, input]): Piece =>
      (choice, { open }) => {
        const call = open[which % Math.max(1, open.length)];
        return call === undefined ? [] : [{ kind: 'tool-call-delta', choice, call, input: Content.ofText(input) }];
      },
  ),
  fc.nat(3).map(
    (which): Piece =>
      (choice, { open }) => {
        const [call] = open.splice(which % Math.max(1, open.length), 1);
        return call === undefined ? [] : [{ kind: 'tool-call-end', choice, call }];
      },
  ),
  fc.constant<Piece>((choice) => [
    { kind: 'media', choice, medium: 'image', mediaType: undefined, data: Content.ofText('iVBORw0KGgo=') },
  ]),
);

const usages = fc.tuple(fc.nat(900), fc.nat(900), fc.nat(900), fc.nat(900)).map(
  ([input, cachedInput, output, reasoning]): GenerationEvent => ({
    kind: 'usage',
    usage: { input, cachedInput, cacheWrite5m: 1, cacheWrite1h: 2, output: output + reasoning, reasoning },
  }),
);

/** One or two choices, whose events come in any mixture. */
export const neutralStreams: fc.Arbitrary<readonly GenerationEvent[]> = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(1), pieces), { maxLength: 24 }),
    fc.tuple(fc.constantFrom(...finishReasons), fc.constantFrom(...finishReasons)),
    fc.array(usages, { minLength: 1, maxLength: 2 }),
  )
  .map(([said, finishes, told]) => {
    const calls = [0, 1].map(() => ({ count: 0, open: [] as number[] }));
    const body = said.flatMap(([choice, piece]) => piece(choice, calls[choice] ?? { count: 0, open: [] }));
    const ends = finishes.map((reason, choice): GenerationEvent => ({ kind: 'finish', choice, reason }));
    return [{ kind: 'start', model: undefined }, ...told.slice(1), ...body, ...ends, ...told.slice(0, 1)];
  });
