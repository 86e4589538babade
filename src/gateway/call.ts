import type { Content } from '#core/generation/content.ts';
import type { ContentStream } from '#core/generation/content-stream.ts';
import type { Delivery } from '#core/generation/delivery.ts';
import type { Fault } from '#core/generation/fault.ts';
import type { Protocol, RequestAddress } from '#core/protocol/protocol.ts';
import type { ReplyForm } from '#core/protocol/reply-form.ts';
import type { CallerOrigin } from './caller/caller-origin.ts';
import type { PresentedSecret } from './caller/presented-secret.ts';

/** One request as the HTTP layer hands it over. Bytes in, bytes out: what is below can be swapped. */
export type Call = {
  /** `gen-` and 26 characters; in every reply. */
  readonly generation: string;
  readonly surface: string;
  readonly protocol: Protocol;
  readonly address: RequestAddress;
  /** Undefined: the dialect's own form. */
  readonly openForm: (() => ReplyForm) | undefined;
  /** The body may say what only OpenRouter's callers say. */
  readonly readsExtras: boolean;
  /** Headers of the caller that an upstream of the same dialect must see; names and values in turn. */
  readonly passedHeaders: readonly string[];
  /** The key as it was sent, or undefined. */
  readonly secret: PresentedSecret | undefined;
  /** Where it comes from; undefined: nobody can say. */
  readonly origin: CallerOrigin | undefined;
  readonly options: CallOptions;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  /** Inflated, whole, within the surface's size; rejects with a Fault. */
  readBody(): Promise<Content>;
  /** A form that passes once; throws a Fault when its head says that it may not. */
  openUpload(): Upload;
  readonly reply: Reply;
};

/** A body that is never held whole: it goes up as it comes, once. */
export type Upload = {
  readonly contentType: string;
  /** As its head says; undefined: it ends when it ends. */
  readonly bytes: number | undefined;
  readonly content: ContentStream;
  /** Why it was stopped on our side: too large, too slow. */
  fault(): Fault | undefined;
};

export type CallOptions = {
  /** `x-fairlead-upstream`: where a new object shall be kept. */
  readonly upstream: string | undefined;
  /** `x-fairlead-explain: 1`: the reply's head tells plan, exclusions and attempts. */
  readonly explains: boolean;
  /** `X-OpenRouter-Metadata: enabled`: the reply itself tells them in OpenRouter's form. */
  readonly tellsRouting: boolean;
  /** `x-session-id`: the caller's name for the conversation. */
  readonly session: string | undefined;
  /** `Idempotency-Key`: the caller's name for the request, which is then carried out once. */
  readonly idempotencyKey: string | undefined;
  /** `x-timeout-ms`. */
  readonly timeoutMs: number | undefined;
  /** `x-fairlead-clamp: off` makes it false. */
  readonly mayClamp: boolean;
  /** `x-fairlead-strict: true`: refuse rather than leave anything out in a translation. */
  readonly isStrict: boolean;
  /** `x-fairlead-delivery`; undefined: as the key, its workspace or the model says. */
  readonly delivery: Delivery | undefined;
};

/** The way back to the caller. */
export type Reply = {
  /** Names and values in turn. Once. */
  head(status: number, headers: readonly string[]): void;
  /** False: wait for `onDrain` before more. */
  write(bytes: Uint8Array): boolean;
  end(bytes?: Uint8Array): void;
  /** Breaks the connection off: the caller must not take what it got for whole. */
  reset(): void;
  /** At most one listener each. */
  onDrain(listener: () => void): void;
  /** The caller is gone before the end. */
  onLeft(listener: () => void): void;
  /** Nothing of it waits to be sent any more: it was sent, or the caller is gone. */
  onOver(listener: () => void): void;
  readonly hasLeft: boolean;
  readonly hasHead: boolean;
};
