// What an exchange says, in plain values that two dialects can be compared by.

export const dialects = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'] as const;

export type Dialect = (typeof dialects)[number];

export type MediaItem = {
  readonly kind: 'media';
  readonly role: 'user' | 'assistant';
  readonly medium: string;
  readonly mediaType: string | undefined;
  /** A digest of the bytes, the URL, or the file's id. */
  readonly source: string;
  readonly detail: string | undefined;
};

export type CallItem = { readonly kind: 'call'; id: string; readonly name: string; readonly input: unknown };

export type ResultItem = {
  readonly kind: 'result';
  id: string;
  readonly output: unknown;
  readonly media: readonly MediaItem[];
  isError: boolean;
};

export type Item =
  | { readonly kind: 'text'; readonly role: 'system' | 'user' | 'assistant'; readonly text: string }
  | { readonly kind: 'reasoning' | 'refusal'; readonly text: string }
  | { readonly kind: 'foreign'; readonly type: string }
  | MediaItem
  | CallItem
  | ResultItem;

/** Opaque state as its maker wrote it. */
export type State = { readonly family: string; readonly value: string };

export type ToolSummary = {
  readonly name: string;
  readonly description: string | undefined;
  readonly parameters: unknown;
  strict: boolean | undefined;
  /** `custom`: takes free text. */
  readonly kind: 'function' | 'custom';
};

export type FormatSummary = {
  readonly kind: 'json' | 'schema';
  readonly schema: unknown;
  name: string | undefined;
  strict: boolean | undefined;
};

export type ToolChoiceSummary = {
  readonly kind: 'none' | 'required' | 'tool' | 'allowed' | 'allowed-required';
  readonly names: string[];
};

export type ReasoningSummary = {
  /** Whether it shall think; undefined: nothing was said of that. */
  isOn: boolean | undefined;
  effort: string | undefined;
  budget: number | undefined;
  isShown: boolean | undefined;
  summary: string | undefined;
};

export type RequestSummary = {
  model: string | undefined;
  stream: boolean;
  system: string[];
  items: Item[];
  states: State[];
  tools: ToolSummary[];
  hosted: string[];
  toolChoice: ToolChoiceSummary | undefined;
  /** False only; all else is the default. */
  parallel: false | undefined;
  format: FormatSummary | undefined;
  limit: number | undefined;
  reasoning: ReasoningSummary | undefined;
  cacheMarks: number;
  names: string[];
  /** Only OpenAI's dialects ask it. */
  store: boolean | undefined;
  /** A stream that was not asked for its usage does not tell it. */
  tellsUsage: boolean;
  /** temperature, topP, stop … each absent when it was not said, or said its default. */
  settings: Record<string, unknown>;
};

export type UsageSummary = {
  input: number;
  cached: number;
  write5m: number;
  write1h: number;
  output: number;
  /** Undefined: this dialect did not say. */
  reasoning: number | undefined;
};

export type Finish = 'stop' | 'stop-sequence' | 'length' | 'tool-calls' | 'filtered' | 'paused' | 'other';

export type ChoiceSummary = {
  index: number;
  items: Item[];
  states: State[];
  finish: Finish | undefined;
  stopSequence: string | undefined;
  citations: number;
};

export type ReplySummary = {
  model: string | undefined;
  choices: ChoiceSummary[];
  usage: UsageSummary | undefined;
  error: string | undefined;
};

/** One dialect as the oracle reads it. */
export type Oracle = {
  readonly family: string;
  readRequest(body: string, url: string): RequestSummary;
  readReply(body: string): ReplySummary;
  /** The payloads of a stream, in order. */
  readStream(payloads: readonly string[]): ReplySummary;
};

export function emptyRequest(): RequestSummary {
  return {
    model: undefined,
    stream: false,
    system: [],
    items: [],
    states: [],
    tools: [],
    hosted: [],
    toolChoice: undefined,
    parallel: undefined,
    format: undefined,
    limit: undefined,
    reasoning: undefined,
    cacheMarks: 0,
    names: [],
    store: undefined,
    tellsUsage: true,
    settings: {},
  };
}

export function emptyReply(): ReplySummary {
  return { model: undefined, choices: [], usage: undefined, error: undefined };
}

export function choiceAt(reply: ReplySummary, index: number): ChoiceSummary {
  const found = reply.choices.find((choice) => choice.index === index);
  if (found) return found;
  const made: ChoiceSummary = {
    index,
    items: [],
    states: [],
    finish: undefined,
    stopSequence: undefined,
    citations: 0,
  };
  reply.choices.push(made);
  reply.choices.sort((one, other) => one.index - other.index);
  return made;
}

/** Adds a text to the last item where that is of the same kind, else as a new one. Nothing for an empty text. */
export function addText(items: Item[], kind: 'text' | 'reasoning' | 'refusal', more: string): void {
  if (more === '') return;
  const last = items.at(-1);
  if (last && last.kind === kind && kind !== 'text') {
    items[items.length - 1] = { kind, text: ('text' in last ? last.text : '') + more };
  } else if (last?.kind === 'text' && kind === 'text' && last.role === 'assistant') {
    items[items.length - 1] = { ...last, text: last.text + more };
  } else items.push(kind === 'text' ? { kind, role: 'assistant', text: more } : { kind, text: more });
}

/** A natural stop of a choice that calls tools is a stop for the tools. */
export function settleFinish(choice: ChoiceSummary): void {
  if (choice.finish === 'stop' && choice.items.some(({ kind }) => kind === 'call')) choice.finish = 'tool-calls';
}
