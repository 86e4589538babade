// The few things that every program does with a model, said once, so that each SDK can be asked the same.
import assert from 'node:assert/strict';
import type { z } from 'zod';

/** One SDK at one of Fairlead's surfaces: a row of the grid. */
export type SdkRow = {
  readonly name: string;
  readonly surface: string;
  /** In the dialect's own name, so that the row can also be held against the simulator without Fairlead. */
  readonly dialect: Dialect;
  open(door: Door): Driver;
  /** The SDK's own words for an answer that is whole, and for one that met its limit. */
  readonly finish: { readonly stop: string; readonly length: string };
  /** Whether this is the error by which the SDK says 401 or 404. */
  isRefusal(error: unknown, status: 401 | 404): boolean;
  /** What the SDK itself does not have, and why we say so. */
  readonly lacks: Readonly<Partial<Record<Need, string>>>;
  /** A surface that is not there yet is known by the answer to this question. */
  readonly servedAt?: string;
};

export type Dialect = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini-generate';

/** What an upstream is asked in: one of them no SDK of ours speaks. */
export type UpstreamDialect = Dialect | 'bedrock-converse';

/** Where the SDK is told to go. */
export type Door = {
  readonly url: string;
  readonly key: string;
  /** Without the `models/` before a model's name that two packages need to keep it in their path. */
  readonly plainNames?: true;
};

export type Need =
  | 'cached-usage'
  | 'reasoning'
  | 'reasoning-proof'
  | 'reasoning-streamed'
  | 'request-id'
  | 'tools-streamed'
  | 'usage-streamed';

export type Driver = {
  ask(question: Question): Promise<Answer>;
  stream(question: Question, watch?: Watch): Promise<Streamed>;
  /** To the final answer, with the SDK's own loop where it has one. */
  loop(question: Question, tools: readonly Tool[], stream: boolean): Promise<string>;
  /** An answer that fits the schema, read by the SDK. */
  shape(question: Question, schema: z.ZodObject): Promise<unknown>;
  /** Thinks, calls a tool, thinks again: the reasoning goes back as the SDK sends it. */
  reason(question: Question, tools: readonly Tool[], stream: boolean): Promise<Reasoned>;
  /** The same loop as the SDK runs it when it is told nothing, where that leaves the history to the server. */
  loopAsIs?(question: Question, tools: readonly Tool[]): Promise<string>;
};

export type Question = {
  readonly model: string;
  readonly text: string;
  readonly system?: string;
  /** A picture, as base64 of a PNG. */
  readonly png?: string;
  /** A document, as base64 of a PDF. */
  readonly pdf?: string;
  readonly tokensMax?: number;
};

export type Watch = { readonly signal: AbortSignal; onPiece(): void };

export type Answer = {
  readonly text: string;
  readonly finish: string | undefined;
  readonly usage: Usage | undefined;
  readonly requestId: string | undefined;
};

export type Streamed = Omit<Answer, 'requestId'> & { readonly pieces: readonly Piece[] };

export type Piece = { readonly text: string; readonly atMs: number };

/** Input with what was cached, output with reasoning, whatever the dialect counts them into. */
export type Usage = { readonly input: number; readonly cached: number | undefined; readonly output: number };

export type Reasoned = { readonly reasoning: string; readonly text: string };

export type Tool = {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodObject;
  run(input: unknown): string;
};

/** Anthropic wants a limit always. */
export const tokensMaxOtherwise = 4096;
/** Nobody's loop may run on. */
export const roundsMax = 5;

export function runTool(tools: readonly Tool[], name: string, input: unknown): string {
  const tool = tools.find((each) => each.name === name) ?? assert.fail(`there is no tool ${name}`);
  return tool.run(tool.input.parse(input));
}

export class Pieces {
  readonly all: Piece[] = [];
  readonly #watch: Watch | undefined;

  constructor(watch?: Watch) {
    this.#watch = watch;
  }

  add(text: string | null | undefined): void {
    if (text === undefined || text === null || text === '') return;
    this.all.push({ text, atMs: performance.now() });
    this.#watch?.onPiece();
  }

  get text(): string {
    return this.all.map((piece) => piece.text).join('');
  }
}

/** With `exactOptionalPropertyTypes` a missing field is not one that is undefined. */
export function withSignal(watch: Watch | undefined): { signal?: AbortSignal } {
  return watch === undefined ? {} : { signal: watch.signal };
}
