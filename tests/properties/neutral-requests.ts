import fc from 'fast-check';
import { Content } from '#core/generation/content.ts';
import { type OpaqueState, type StateFamily, stateFamilies } from '#core/generation/opaque-state.ts';
import type { AssistantPart, CacheMark, MediaPart, ToolCallPart, ToolResult } from '#core/generation/parts.ts';
import {
  type GenerationRequest,
  type Message,
  reasoningEfforts,
  type Tool,
  type ToolChoice,
} from '#core/generation/request.ts';
import { signThought } from '#simulator/gemini-generate/signatures.ts';
import { sealReasoning } from '#simulator/openai-responses/sealed-reasoning.ts';
import { sign } from '#simulator/signature.ts';

// Whatever a caller of any dialect may ask, in the neutral form: what any decoder may give, and any encoder must write
// as a request of its own dialect.

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const words = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('Hello', 'How are you?', '日本😀', '{"a":1}', 'a\n\nb', ' x ', '"\\') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', '\n') },
);
const contents = words.map((text) => Content.ofText(text));
const caches: fc.Arbitrary<CacheMark | undefined> = fc.option(
  fc.record({ ttl: fc.constantFrom('5m', '1h', undefined) }),
  { nil: undefined, freq: 4 },
);
/** As the simulator makes them: it knows its own again, and refuses all others as its providers do. */
const stateOf: Readonly<Record<StateFamily, (text: string) => OpaqueState>> = {
  openai: (text) => ({
    family: 'openai',
    kind: 'encrypted',
    value: Content.ofText(sealReasoning({ letters: text, createdMs: 1_790_000_000_000 })),
  }),
  anthropic: (text) => ({
    family: 'anthropic',
    kind: 'signature',
    value: Content.ofText(sign('anthropic-messages', text)),
  }),
  google: () => ({ family: 'google', kind: 'signature', value: Content.ofText(signThought()) }),
  other: (text) => ({ family: 'other', kind: 'signature', value: Content.ofText(`proof of ${text.length}`) }),
};
const ofACall: fc.Arbitrary<OpaqueState> = fc.constant(0).map(() => stateOf.google(''));

const textParts = fc.record({ kind: fc.constant('text' as const), text: contents, cache: caches });

const picture = { medium: 'image', mediaType: 'image/png' } as const;
const paper = { medium: 'document', mediaType: 'application/pdf' } as const;
const media: fc.Arbitrary<MediaPart> = fc
  .constantFrom(
    { ...picture, source: { kind: 'inline', data: Content.ofText('iVBORw0KGgo=') } } as const,
    { ...picture, source: { kind: 'url', url: Content.ofText('https://example.org/a.png') } } as const,
    { ...paper, source: { kind: 'inline', data: Content.ofText('JVBERi0=') }, name: Content.ofText('a.pdf') } as const,
    { ...paper, source: { kind: 'url', url: Content.ofText('https://example.org/a.pdf') } } as const,
    {
      ...{ medium: 'document', mediaType: 'text/plain' },
      source: { kind: 'text', text: Content.ofText('Some notes') },
    } as const,
    {
      ...{ medium: 'audio', mediaType: 'audio/wav' },
      source: { kind: 'inline', data: Content.ofText('UklGRg==') },
    } as const,
  )
  .chain((part) => caches.map((cache) => ({ kind: 'media', ...part, cache })));

const userParts = fc.array(fc.oneof({ weight: 3, arbitrary: textParts }, media), { minLength: 1, maxLength: 3 });

type DrawnTurn = {
  readonly user: Extract<Message, { role: 'user' }>['parts'];
  readonly thought: AssistantPart | undefined;
  readonly said: readonly AssistantPart[];
  readonly calls: readonly Omit<ToolCallPart, 'kind' | 'id'>[];
  readonly results: readonly (readonly (ToolResult['parts'][number] | undefined)[])[];
  readonly isError: boolean;
  readonly reminder: string | undefined;
};

const reasoning = fc
  .record({ text: words, isSummary: fc.boolean(), family: optional(fc.constantFrom(...stateFamilies)) })
  .map(({ text, isSummary, family }) => ({
    kind: 'reasoning' as const,
    text: Content.ofText(text),
    isSummary,
    state: family && stateOf[family](text),
  }));
const calls = fc.record({
  name: fc.constantFrom(
    'get_weather',
    'a.name with spaces, and more than sixty-four letters of all sorts — in it',
    'x',
  ),
  input: fc.constantFrom('{}', '', '{"city":"日本","id":12345678901234567890}'),
  state: fc.option(ofACall, { nil: undefined, freq: 3 }),
  cache: caches,
});
const drawnTurns: fc.Arbitrary<DrawnTurn> = fc.record({
  user: userParts,
  thought: optional(reasoning),
  said: fc.array(
    fc.oneof({ weight: 4, arbitrary: textParts }, fc.record({ kind: fc.constant('refusal' as const), text: contents })),
    { maxLength: 2 },
  ),
  calls: fc.array(
    calls.map(({ name, input, ...rest }) => ({
      ...rest,
      form: 'function' as const,
      name: Content.ofText(name),
      input: Content.ofText(input),
    })),
    { maxLength: 3 },
  ),
  results: fc.array(fc.array(optional(fc.oneof({ weight: 3, arbitrary: textParts }, media)), { maxLength: 2 }), {
    minLength: 3,
    maxLength: 3,
  }),
  isError: fc.boolean(),
  reminder: fc.option(words, { nil: undefined, freq: 6 }),
});

function messagesOf(turns: readonly DrawnTurn[]): readonly Message[] {
  let made = 0;
  return turns.flatMap((turn): readonly Message[] => {
    const asked = turn.calls.map(
      (call): ToolCallPart => ({ kind: 'tool-call', id: Content.ofText(`call_${made++}`), ...call }),
    );
    const results = asked.map(
      (call, place): ToolResult => ({
        id: call.id,
        form: 'function',
        parts: (turn.results[place] ?? []).filter((part) => part !== undefined),
        isError: turn.isError,
      }),
    );
    const parts = [...(turn.thought ? [turn.thought] : []), ...turn.said, ...asked];
    return [
      ...(turn.reminder === undefined
        ? []
        : [{ role: 'system', parts: [{ kind: 'text', text: Content.ofText(turn.reminder) }] } as const]),
      { role: 'user', parts: turn.user },
      ...(parts.length === 0 ? [] : [{ role: 'assistant', parts } as const]),
      ...(results.length === 0 ? [] : [{ role: 'tool', results } as const]),
    ];
  });
}

const schemas = fc.constantFrom<unknown>(
  { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  { type: 'object', properties: {}, additionalProperties: false },
  { type: 'object', properties: { list: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'null' }] } } } },
  { $defs: { p: { type: 'string', enum: ['a', 'b'] } }, type: 'object', properties: { p: { $ref: '#/$defs/p' } } },
);
const tools: fc.Arbitrary<readonly Tool[]> = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('get_weather', 'x', 'run'),
      description: optional(contents),
      schema: optional(schemas),
      strict: fc.constantFrom(undefined, false),
      cache: caches,
      isFree: fc.boolean(),
    }),
    { maxLength: 3, selector: ({ name }) => name },
  )
  .map((drawn) =>
    drawn.map(({ name, description, schema, strict, cache, isFree }): Tool => {
      const common = { name: Content.ofText(name), description, cache };
      return isFree && name === 'run'
        ? { kind: 'custom', ...common, format: undefined }
        : {
            kind: 'function',
            ...common,
            parameters: schema === undefined ? undefined : Content.ofJson(schema),
            strict,
          };
    }),
  );

const choiceFor = (offered: readonly Tool[]): fc.Arbitrary<ToolChoice | undefined> => {
  const names = offered.flatMap((tool) => (tool.kind === 'hosted' ? [] : [tool.name]));
  const [first] = names;
  return fc.constantFrom<ToolChoice | undefined>(
    undefined,
    { kind: 'auto' },
    ...(first
      ? ([
          { kind: 'none' },
          { kind: 'required' },
          { kind: 'tool', name: first },
          { kind: 'allowed', mode: 'auto', names: [first] },
          { kind: 'allowed', mode: 'required', names },
        ] as const)
      : []),
  );
};

const samplings = fc.record({
  temperature: optional(fc.constantFrom(0, 0.5, 1, 2)),
  topP: optional(fc.constantFrom(0.1, 1)),
  topK: optional(fc.constantFrom(1, 40)),
  seed: optional(fc.nat(1_000)),
  frequencyPenalty: optional(fc.constantFrom(-1, 0, 1)),
  presencePenalty: optional(fc.constantFrom(0, 1)),
});

export const neutralRequests: fc.Arbitrary<GenerationRequest> = fc
  .record({
    head: fc.array(
      fc.record({
        role: fc.constantFrom('system', 'developer'),
        parts: fc.array(textParts, { minLength: 1, maxLength: 2 }),
      }),
      {
        maxLength: 2,
      },
    ),
    turns: fc.array(drawnTurns, { maxLength: 3 }),
    last: userParts,
    tools,
    rest: fc.record({
      model: fc.constant('m'),
      stream: fc.boolean(),
      parallelToolCalls: optional(fc.boolean()),
      outputFormat: fc.constantFrom<GenerationRequest['outputFormat']>(
        undefined,
        { kind: 'text' },
        { kind: 'json' },
        {
          kind: 'schema',
          name: Content.ofText('person'),
          description: undefined,
          schema: Content.ofJson({ type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] }),
          strict: undefined,
        },
      ),
      reasoning: optional(
        fc.record({
          effort: optional(fc.constantFrom(...reasoningEfforts)),
          budget: fc.constantFrom(undefined, 0, 1_024, 8_000, 'dynamic' as const),
          isShown: optional(fc.boolean()),
          summary: optional(fc.constantFrom('auto' as const, 'concise' as const)),
        }),
      ),
      sampling: samplings,
      outputTokensMax: optional(fc.constantFrom(1, 100, 20_000)),
      choices: fc.constantFrom(1, 1, 1, 3),
      stop: fc.array(contents, { maxLength: 4 }),
      cache: caches,
      promptCacheKey: optional(fc.constant(Content.ofText('k'))),
      user: optional(fc.constant(Content.ofText('someone'))),
      metadata: optional(fc.constant(Content.ofJson({ topic: 'tides' }))),
      serviceTier: fc.constantFrom(
        undefined,
        'auto' as const,
        'default' as const,
        'flex' as const,
        'priority' as const,
      ),
      verbosity: optional(fc.constantFrom('low' as const, 'medium' as const, 'high' as const)),
      outputMedia: fc.constant(undefined),
      logprobs: optional(fc.record({ top: fc.constantFrom(0, 3) })),
      foreign: fc.constant([]),
      dropped: fc.constant([]),
    }),
  })
  .chain(({ head, turns, last, tools: offered, rest }) =>
    choiceFor(offered).map((toolChoice) => ({
      ...rest,
      tools: offered,
      toolChoice,
      messages: [...head, ...messagesOf(turns), { role: 'user' as const, parts: last }],
    })),
  );
