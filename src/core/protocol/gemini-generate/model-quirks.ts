import { Buffer } from 'node:buffer';

/** What a model of Google's takes that its neighbours refuse; told by its name, as Google has no better way. */
export type ModelQuirks = {
  /** How it is told to think: by a level, by a number of tokens, or not at all. */
  readonly thinking: Thinking;
  /** It refuses a function call in the current turn that has no thought signature. */
  readonly needsSignedCalls: boolean;
  /** It takes a response schema and tools in one request. */
  readonly takesSchemaWithTools: boolean;
};

export type Thinking =
  | { readonly kind: 'none' }
  /** A name that tells nothing. All models that think take a number of tokens. */
  | { readonly kind: 'unknown' }
  /** `levels`: what it takes, in rising order. */
  | { readonly kind: 'level'; readonly levels: readonly ThinkingLevel[] }
  | { readonly kind: 'budget'; readonly min: number; readonly max: number; readonly canBeOff: boolean };

export type ThinkingLevel = 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH';

/** Its placeholders in a caller's request, as they are and in base64: they prove nothing, and are no loss. */
export function isUnsignedMark(signature: string): boolean {
  return unsignedMarks.has(signature);
}

/** Google's placeholder where a call has no signature of its own: https://ai.google.dev/gemini-api/docs/thought-signatures */
export const unsignedCallMark = 'skip_thought_signature_validator';

const unsignedMarks: ReadonlySet<string> = new Set(
  [unsignedCallMark, 'context_engineering_is_the_way_to_go'].flatMap((mark) => [
    mark,
    Buffer.from(mark).toString('base64'),
  ]),
);

const newest = { needsSignedCalls: true, takesSchemaWithTools: true } as const;
const older = { needsSignedCalls: false, takesSchemaWithTools: false } as const;

/** The first row that fits counts. https://ai.google.dev/gemini-api/docs/thinking */
const rows: readonly (readonly [name: RegExp, quirks: ModelQuirks])[] = [
  [/gemini-3-pro/, { ...newest, thinking: { kind: 'level', levels: ['LOW', 'HIGH'] } }],
  [/gemini-(?:[3-9]|\d\d)[.\d]*-pro/, { ...newest, thinking: { kind: 'level', levels: ['LOW', 'MEDIUM', 'HIGH'] } }],
  [
    /gemini-(?:[3-9]|\d\d)|gemini-.*latest/,
    { ...newest, thinking: { kind: 'level', levels: ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'] } },
  ],
  [/gemini-2\.5-flash-image/, { ...older, thinking: { kind: 'none' } }],
  [/gemini-2\.5-flash-lite/, { ...older, thinking: { kind: 'budget', min: 512, max: 24_576, canBeOff: true } }],
  [/gemini-2\.5-flash/, { ...older, thinking: { kind: 'budget', min: 1, max: 24_576, canBeOff: true } }],
  [/gemini-2\.5/, { ...older, thinking: { kind: 'budget', min: 128, max: 32_768, canBeOff: false } }],
  [/gemini-(?:1\.|2\.0|pro|exp)|gemma-[1-3]|learnlm/, { ...older, thinking: { kind: 'none' } }],
];

/** A name that says nothing is taken for a new model, by what older ones take too. */
const unknownModel: ModelQuirks = { ...older, needsSignedCalls: true, thinking: { kind: 'unknown' } };

export function quirksOf(model: string): ModelQuirks {
  return rows.find(([name]) => name.test(model))?.[1] ?? unknownModel;
}

export function needsSignedCalls(model: string): boolean {
  return quirksOf(model).needsSignedCalls;
}
