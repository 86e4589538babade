import fc from 'fast-check';
import { Content } from '#core/generation/content.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import { finishReasons, type GenerationEvent } from '#core/generation/reply.ts';

// Random streams by the grammar that stands in core/generation/reply.ts.

const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
const contents = words.map((text) => Content.ofText(text));
const states: fc.Arbitrary<OpaqueState> = fc.record({
  family: fc.constantFrom('openai' as const, 'anthropic' as const, 'google' as const, 'other' as const),
  kind: fc.constantFrom('signature' as const, 'redacted' as const, 'encrypted' as const),
  value: contents,
});
const choice = 0;

const deltas: fc.Arbitrary<GenerationEvent> = fc.oneof(
  fc.record({ kind: fc.constant('text-delta' as const), choice: fc.constant(choice), text: contents }),
  fc.record({ kind: fc.constant('refusal-delta' as const), choice: fc.constant(choice), text: contents }),
  fc.record({
    kind: fc.constant('reasoning-delta' as const),
    choice: fc.constant(choice),
    text: contents,
    isSummary: fc.boolean(),
  }),
);

const extras: fc.Arbitrary<GenerationEvent> = fc.oneof(
  fc.record({ kind: fc.constant('state' as const), choice: fc.constant(choice), state: states }),
  fc.constant<GenerationEvent>({ kind: 'part-end', choice }),
  contents.map<GenerationEvent>((url) => ({
    kind: 'citation',
    choice,
    citation: { url, family: 'openai', item: Content.ofJson({}) },
  })),
  contents.map<GenerationEvent>((data) => ({ kind: 'media', choice, medium: 'image', mediaType: 'image/png', data })),
);

type Step =
  | { readonly kind: 'event'; readonly event: GenerationEvent }
  | { readonly kind: 'open'; readonly name: string; readonly state: OpaqueState | undefined }
  | { readonly kind: 'extend'; readonly which: number; readonly input: string }
  | { readonly kind: 'close'; readonly which: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: deltas.map((event) => ({ kind: 'event' as const, event })) },
  { weight: 2, arbitrary: extras.map((event) => ({ kind: 'event' as const, event })) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('open' as const),
      name: words,
      state: fc.option(states, { nil: undefined }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('extend' as const),
      which: fc.nat(5),
      input: fc.constantFrom('1', '2', ''),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('close' as const), which: fc.nat(5) }) },
);

const finishes: fc.Arbitrary<GenerationEvent> = fc.constantFrom(...finishReasons).map((reason) => ({
  kind: 'finish' as const,
  choice,
  reason,
}));
const usages: fc.Arbitrary<GenerationEvent> = fc.nat(99).map((n) => ({
  kind: 'usage' as const,
  usage: { input: n, cachedInput: 1, cacheWrite5m: 2, cacheWrite1h: 3, output: n + 1, reasoning: n % 2 },
}));

/** A whole stream, from `start` to `end`. */
export const neutralStreams: fc.Arbitrary<readonly GenerationEvent[]> = fc
  .tuple(fc.array(steps, { maxLength: 24 }), finishes, fc.array(usages, { maxLength: 2 }), fc.boolean())
  .map(([walk, finish, told, isEarly]) => [
    { kind: 'start', model: Content.ofText('m') },
    ...(isEarly ? told : []),
    ...eventsOf(walk),
    finish,
    ...(isEarly ? [] : told),
    { kind: 'end' },
  ]);

function eventsOf(walk: readonly Step[]): readonly GenerationEvent[] {
  const events: GenerationEvent[] = [];
  const open: number[] = [];
  let calls = 0;
  for (const step of walk) {
    if (step.kind === 'event') events.push(step.event);
    else if (step.kind === 'open') {
      const call = calls++;
      open.push(call);
      const id = Content.ofText(`call_${call}`);
      const name = Content.ofText(step.name);
      events.push({ kind: 'tool-call-start', choice, call, id, name, form: 'function', state: step.state });
    } else if (open.length > 0) {
      const at = step.which % open.length;
      const call = open[at] ?? 0;
      if (step.kind === 'close') {
        open.splice(at, 1);
        events.push({ kind: 'tool-call-end', choice, call });
      } else events.push({ kind: 'tool-call-delta', choice, call, input: Content.ofText(step.input) });
    }
  }
  return events;
}
