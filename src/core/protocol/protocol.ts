import type { Fault } from '#core/generation/fault.ts';
import type { Usage } from '#core/generation/usage.ts';
import type { Endpoint, ProtocolName } from '#core/routing/endpoint.ts';
import type { SseEvent } from './sse.ts';

/** One wire dialect. Everything here is pure: bytes in, values or bytes out. */
export type Protocol = {
  readonly name: ProtocolName;
  /** The few fields that routing and holds need, judged; throws a Fault when the body is malformed. */
  readRequest(body: Uint8Array): RequestFacts;
  /** The address below the upstream's base URL. */
  upstreamPath(facts: RequestFacts, endpoint: Endpoint): string;
  /** The caller's bytes with the splices of this dialect, by the table in splices.ts. */
  spliceRequest(body: Uint8Array, facts: RequestFacts, ask: SpliceAsk): SplicedRequest;
  /** Reads what matters of a whole reply that is not streamed. */
  readReply(body: Uint8Array): ReplyFacts;
  /** Reads what matters of one event of a stream. */
  readEvent(event: SseEvent): EventFacts;
  /** A refusal while no byte was sent. */
  encodeFault(fault: Fault): { readonly status: number; readonly body: string };
  /** The terminal error of a stream that was begun. */
  encodeStreamFault(fault: Fault): string;
  readonly heartbeat: string;
  /** The upstream's own code of a refusal, as a closed-looking word; `unknown` when it is none. */
  readErrorCode(body: Uint8Array): string;
};

/** What a request says, as far as routing, holds and splices need it. */
export type RequestFacts = {
  readonly model: string;
  readonly stream: boolean;
  /** The caller's own limit of output tokens, or undefined. */
  readonly outputLimit: number | undefined;
  readonly choices: number;
  /** The caller asked for the usage chunk. */
  readonly wantsUsage: boolean;
  readonly store: boolean | undefined;
  /** The bytes do not show how large the input is: URLs, stored objects, hosted tools. */
  readonly inputIsOpen: boolean;
  /** Bytes of `data:` payloads, not text, and the most tokens they can stand for. */
  readonly mediaBytes: number;
  readonly mediaTokensMax: number;
  readonly mediaTokensLikely: number;
  /** Where the fields stand that splices touch: the protocol's own business. */
  readonly spans: ReadonlyMap<string, { readonly start: number; readonly end: number }>;
};

export type SpliceAsk = {
  readonly endpoint: Endpoint;
  /** The name that the upstream knows the model by. */
  readonly model: string;
  /** Output tokens the upstream may give at most, per choice. */
  readonly outputLimit: number;
  /** The caller's end user as this workspace's pseudonym. */
  readonly pseudonym: (user: string) => string;
};

export type SplicedRequest = { readonly bytes: Uint8Array; readonly splices: readonly string[] };

/** Why the model stopped, by the dialect's closed words; `other` never becomes `stop`. */
export type Finish = 'stop' | 'length' | 'tool-calls' | 'filtered' | 'other';

export type ReplyFacts =
  | {
      readonly kind: 'answer';
      readonly hasContent: boolean;
      readonly outputBytes: number;
      readonly finish: Finish | undefined;
      readonly usage: Usage | undefined;
    }
  | { readonly kind: 'error'; readonly code: string }
  | { readonly kind: 'not-json' };

export type EventFacts = {
  /** At least one unit of text, reasoning, refusal, tool name or arguments, image or audio. */
  readonly hasContent: boolean;
  readonly outputBytes: number;
  readonly finish: Finish | undefined;
  readonly usage: Usage | undefined;
  /** The event carries usage and nothing else: hidden when the caller did not ask for it. */
  readonly isUsageOnly: boolean;
  /** The stream says so itself that it is over. */
  readonly isTerminal: boolean;
  /** The upstream's code of an error in the stream. */
  readonly error: string | undefined;
};
