import type { DroppableField } from '#core/generation/dropped.ts';
import type { Fault } from '#core/generation/fault.ts';
import type { StateFamily } from '#core/generation/opaque-state.ts';
import type { FinishReason, GenerationEvent, GenerationReply } from '#core/generation/reply.ts';
import type { GenerationRequest } from '#core/generation/request.ts';
import type { MediaBounds, Usage } from '#core/generation/usage.ts';
import type { CallerProtocolName, Endpoint, ProtocolName } from '#core/routing/endpoint.ts';
import type { SseEvent } from './sse.ts';

/**
 * One wire dialect, spoken on both sides. Everything here is pure: bytes in, values or bytes out. Where caller and
 * upstream speak the same dialect, their bytes are spliced (the first group); else both go through the neutral form of
 * `core/generation` (the second and third), and no file knows two dialects.
 */
export type Protocol = UpstreamProtocol & {
  readonly name: CallerProtocolName;

  // ── Same dialect on both sides ──
  /** The few fields that routing and holds need, judged; throws a Fault when the body is malformed. */
  readRequest(body: Uint8Array, address: RequestAddress): RequestFacts;
  /** The caller's bytes with the splices of this dialect, by the table in splices.ts. */
  spliceRequest(body: Uint8Array, facts: RequestFacts, ask: UpstreamAsk): SplicedRequest;
  /** Reads a stream that goes on to a caller of this same dialect as it came. */
  openStream(about: StreamAbout): ProtocolStream;

  // ── The caller's side of a translation ──
  /** The whole request; only for bodies that `readRequest` has judged. */
  decodeRequest(body: Uint8Array, address: RequestAddress): GenerationRequest;
  encodeReply(reply: GenerationReply, about: ReplyAbout): string;
  openEncoder(about: ReplyAbout): EventEncoder;
  /** A refusal while no byte was sent. */
  encodeFault(fault: Fault, generation: string): { readonly status: number; readonly body: string };
  /** The terminal error of a stream that has shown no event yet, but perhaps heartbeats. */
  encodeStreamFault(fault: Fault, generation: string): string;
  /** Says nothing; only between events. */
  readonly heartbeat: string;
  /** Of a surface that is no chat and has counterparts all the same: how it is translated, in place of the above. */
  readonly translation?: SurfaceTranslation | undefined;
  /** Replies that are not streamed are bytes of audio, and pass as they come. */
  readonly openBytes?: ((facts: RequestFacts) => BytesMeter) | undefined;
};

/** Counts what passes. */
export type BytesMeter = {
  read(bytes: Uint8Array): void;
  readonly shown: Shown;
};

/** A surface through a small form of its own, in the few dialects that have it. */
export type SurfaceTranslation = {
  /** Which upstreams may be asked beside those of the caller's dialect. */
  readonly into: readonly ProtocolName[];
  open(
    request: { readonly body: Uint8Array; readonly address: RequestAddress; readonly facts: RequestFacts },
    into: ProtocolName,
    ask: UpstreamAsk,
  ): TranslatedSurface | undefined;
};

export type TranslatedSurface = Pick<EncodedRequest, 'body' | 'dropped'> & {
  readonly protocol: UpstreamProtocol;
  /** Undefined: after all it is no answer to what was asked. */
  whole(reply: Uint8Array): Uint8Array | undefined;
};

/** The upstream's side of any request: all that a dialect needs in which no caller speaks. */
export type UpstreamProtocol = {
  readonly name: ProtocolName;
  /** Whose opaque state this dialect's models make and take. */
  readonly family: StateFamily;
  /** Streams of this dialect have no terminal event: what comes from the finish on is kept back until their end. */
  readonly endsByClosing: boolean;
  /** The address below the upstream's base URL, query included. */
  upstreamPath(model: string, stream: boolean, provider?: string): string;
  encodeRequest(request: GenerationRequest, ask: UpstreamAsk): EncodedRequest;
  /** Reads what matters of a whole reply that is not streamed. */
  readReply(body: Uint8Array, contentType?: string): ReplyFacts;
  /** The whole reply; only for bodies in which `readReply` has found an answer. */
  decodeReply(body: Uint8Array, about: DecodeAbout): GenerationReply;
  openDecoder(about: DecodeAbout): EventDecoder;
  /** The upstream's own code of a refusal, as a closed-looking word; `unknown` when it is none. */
  readErrorCode(body: Uint8Array): string;
};

/** What the address of a request says where the dialect puts it there. */
export type RequestAddress = {
  /** Gemini's `models/{model}:…`; undefined where the body names the model. */
  readonly model: string | undefined;
  /** Gemini's `:streamGenerateContent`; undefined where the body says it. */
  readonly stream: boolean | undefined;
  /** As the head says it; undefined: JSON. */
  readonly contentType?: string | undefined;
};

/** What a request says, as far as routing, holds and splices need it. */
export type RequestFacts = {
  readonly model: string;
  readonly stream: boolean;
  /** The caller's own limit of output tokens, or undefined. */
  readonly outputLimit: number | undefined;
  readonly choices: number;
  /** The caller asked for the usage chunk, or its dialect always tells usage. */
  readonly wantsUsage: boolean;
  readonly store: boolean | undefined;
  /** The service tier that was asked for, where it is not the ordinary one. */
  readonly serviceTier?: string | undefined;
  /** A field that only an upstream of this dialect can serve (stored state …): no translation. */
  readonly nativeOnly: DroppableField | undefined;
  readonly hasTools: boolean;
  /** The bytes do not show how large the input is: URLs, stored objects, hosted tools. */
  readonly inputIsOpen: boolean;
  /** How often tools that the upstream runs may bring a whole context of input of their own. */
  readonly hostedRounds?: number | undefined;
  /** Bytes of base64 payloads, not text, and the most tokens they can stand for. */
  readonly mediaBytes: number;
  readonly mediaTokensMax: number;
  readonly mediaTokensLikely: number;
  /** Of surfaces that make pictures or speech, or listen: output is no text, and tokens are not all that is counted. */
  readonly media?: MediaAsk | undefined;
  /** Where the fields stand that splices touch: the protocol's own business. */
  readonly spans: ReadonlyMap<string, { readonly start: number; readonly end: number }>;
};

export type MediaAsk = {
  /** The body is a form, and goes up under the type that it came with. */
  readonly isForm: boolean;
  /** The type of what goes up, where it is another than the caller's. */
  readonly sentAs?: string | undefined;
  readonly bounds: MediaBounds;
  /** Of audio that stands in the request. */
  readonly secondsSent: number;
  /** What comes back is audio. */
  readonly speaks: boolean;
};

/** What came of pictures and speech, as far as we saw it ourselves; tokens are our guess of what that is in tokens. */
export type Shown = { readonly images: number; readonly audioSeconds: number; readonly tokens: number };

export type UpstreamAsk = {
  readonly endpoint: Endpoint;
  /** The name that the upstream knows the model by. */
  readonly model: string;
  /** Output tokens the upstream may give at most, per choice. */
  readonly outputLimit: number;
  /** The caller's end user as this workspace's pseudonym. */
  readonly pseudonym: (user: string) => string;
};

export type SplicedRequest = {
  /** One after the other, and in one piece. */
  readonly pieces: readonly Uint8Array[];
  readonly bytes: Uint8Array;
  readonly splices: readonly string[];
};

export type EncodedRequest = {
  readonly body: string;
  /** What this dialect, or this provider, cannot carry. Without what the decoder dropped. */
  readonly dropped: readonly DroppableField[];
  /** Names of tools that the upstream would refuse, and were changed: the new name → the caller's. Mostly empty. */
  readonly toolNames: ReadonlyMap<string, string>;
};

export type ReplyFacts =
  | {
      readonly kind: 'answer';
      readonly hasContent: boolean;
      /** UTF-8 bytes of text, reasoning, tool names and arguments, media. */
      readonly outputBytes: number;
      readonly finish: FinishReason | undefined;
      readonly usage: Usage | undefined;
      /** Under which the upstream stored the answer, in dialects that can. */
      readonly objectId?: string | undefined;
      readonly shown?: Shown | undefined;
      /** Of a reply that may be something else than JSON, and then goes out as what it came. */
      readonly contentType?: string | undefined;
    }
  | { readonly kind: 'error'; readonly code: string }
  | { readonly kind: 'not-json' };

export type EventFacts = {
  /** At least one unit of text, reasoning, refusal, tool name or arguments, image or audio. */
  readonly hasContent: boolean;
  readonly outputBytes: number;
  readonly finish: FinishReason | undefined;
  /** Replaces what an earlier event said. */
  readonly usage: Usage | undefined;
  /** The event carries usage and nothing else: hidden when the caller did not ask for it. */
  readonly isUsageOnly: boolean;
  /** Nothing of the answer comes after this event. It is kept back until the end is written down. */
  readonly isTerminal: boolean;
  /** The upstream's code of an error in the stream. */
  readonly error: string | undefined;
  /** No JSON, whatever it is: it goes on as it came, to a caller who may know what to do with it. */
  readonly isMalformed?: true;
};

export type StreamAbout = {
  /** `gen-` and 26 characters. */
  readonly generation: string;
  readonly choices: number;
};

/** One stream on its way from an upstream to a caller of the same dialect. Not one of its bytes is altered. */
export type ProtocolStream = {
  /** Under which the upstream stored the answer, in dialects that can; known after its first events. */
  readonly objectId?: string | undefined;
  readonly shown?: Shown | undefined;
  read(event: SseEvent): EventFacts;
  /** The last bytes where the upstream ended well without its own terminal event; else nothing. */
  end(): string;
  /** The terminal error, after whatever was read. A blank line first, so that a half event cannot swallow it. */
  fault(fault: Fault): string;
  /** The end of an answer that passes its limit of output and is stopped there. Without it there is no such limit. */
  endAtLimit?(end: LimitEnd): string;
};

/** What a stream that is stopped at its limit says last. */
export type LimitEnd = {
  /** By our own count. */
  readonly usage: Usage;
  readonly wantsUsage: boolean;
  readonly choices: number;
};

/** What a caller's dialect needs to know to write a reply. */
export type ReplyAbout = {
  readonly request: GenerationRequest;
  /** `gen-` and 26 characters: what the ids of a reply are made from. */
  readonly generation: string;
  /** Epoch seconds. */
  readonly createdAt: number;
  /** Chat's `include_usage`; other dialects always tell usage. */
  readonly wantsUsage: boolean;
};

/** Writes a stream in one dialect. Each text is whole events, perhaps none. */
export type EventEncoder = {
  encode(event: GenerationEvent): string;
  /** What comes after the upstream's own end: last blocks closed, usage, the terminal event. Once. */
  end(): string;
  /** The terminal error instead of the end. */
  fault(fault: Fault): string;
};

export type DecodeAbout = {
  /** `gen-` and 26 characters: ids that the dialect lacks are made from it. */
  readonly generation: string;
  /** What `encodeRequest` gave: names of tools come out as the caller knows them. */
  readonly toolNames: ReadonlyMap<string, string>;
};

/** Reads a stream of one dialect. Throws nothing: what is no JSON becomes an `error` event. */
export type EventDecoder = {
  decode(event: SseEvent): readonly GenerationEvent[];
};
