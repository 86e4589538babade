import type { JsonObject } from './json-value.ts';

/** What a caller is told of the money: decimal literals of US dollars, exact to the nano-dollar. */
export type Bill = {
  readonly cost: string;
  readonly inputCost: string;
  readonly outputCost: string;
  /** The caller's own key paid the provider so much, which is not in `cost`. */
  readonly upstreamCost?: string | undefined;
};

/** Who answers, as far as a form shows it. */
export type Answerer = {
  readonly model: string;
  readonly provider: string;
  /** What the caller finds its record by. */
  readonly generation?: string | undefined;
  /** How it came to that, for callers who asked to be told. */
  readonly metadata?: JsonObject | undefined;
};

/** Another form in which a caller takes replies of its dialect than the dialect's own. */
export type ReplyForm = {
  readonly contentType: string;
  /** Its whole stream is one JSON value: what is no JSON has no place in it. */
  readonly isJson?: true;
  /** It shows usage whether the caller asked for it or not. */
  readonly wantsUsage: boolean;
  /** Before the first event of an answer. */
  answering?(by: Answerer): void;
  /** Whole server-sent events, in this form. What needs the bill is kept back. */
  write(events: string | Uint8Array): string;
  /** Once, last. Without a bill: the stream broke off. */
  end(bill: Bill | undefined): string;
  whole?(body: Uint8Array, bill: Bill): Uint8Array;
};
