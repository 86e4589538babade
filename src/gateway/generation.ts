import type { Delivery } from '#core/generation/delivery.ts';
import type { EndReason } from '#core/generation/end-reason.ts';
import type { FaultName } from '#core/generation/fault.ts';
import type { Usage } from '#core/generation/usage.ts';
import type { AttemptRecord } from '#core/journal/record.ts';
import type { Reached } from '#core/money/who-pays.ts';
import type { RequestFacts, Shown } from '#core/protocol/protocol.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import type { OpenAttempt } from '#core/routing/health/health-book.ts';
import type { ContentLife } from '#observe/content-clock.ts';
import type { Admission } from './admit/admit.ts';
import type { StopSignal } from './attempt/attempt.ts';
import type { Passage } from './attempt/passage.ts';
import type { Call } from './call.ts';
import type { Caller } from './caller/callers.ts';
import type { Claim } from './caller/carry-out-once.ts';
import type { Screened } from './caller/screen.ts';
import type { CountedTokens } from './meter/count-own.ts';
import type { Metered } from './meter/meter.ts';
import type { SessionKey } from './plan/affinity-table.ts';
import type { HeldSoFar } from './relay/held-answer.ts';

/** One generation that was begun: what every later stage knows of it. */
export type Generation = {
  readonly call: Call;
  readonly caller: Caller;
  readonly facts: RequestFacts;
  /** What was found in its request; undefined: nothing was, or was looked for. */
  readonly screened: Screened | undefined;
  readonly bodyBytes: number;
  /** How long its content lives here, by stage. */
  readonly life: ContentLife;
  readonly admission: Admission;
  readonly stop: StopSignal;
  /** Its caller named it, so that it is carried out once. */
  readonly claim: Claim | undefined;
  readonly attempts: AttemptRecord[];
  /** The endpoint that sent a good head: it works, and may bill. */
  answering: Endpoint | undefined;
  readonly delivery: Delivery;
  /** Who was asked beside the one that answered, and was slower: the operator pays it. */
  lost: Endpoint | undefined;
  /** Whole delivery: the answer that is kept back now. */
  held: HeldSoFar | undefined;
  /** By what later requests find back to whoever has it in a cache. */
  readonly conversation: SessionKey | undefined;
  /** The attempt whose answer is under way. */
  served?: OpenAttempt | undefined;
};

/** How a generation ended, before anybody judged what it costs. */
export type Ending = {
  readonly endReason: EndReason;
  readonly reached: Reached;
  readonly fault: FaultName | null;
  readonly status: number;
  readonly endpoint: Endpoint | null;
  /** How it was carried; null: nobody answered. */
  readonly passage: Pick<Passage, 'protocol' | 'splices' | 'dropped' | 'tools'> | null;
  readonly reported: Usage | undefined;
  readonly outputBytes: number;
  /** Of pictures and speech, what came of them. */
  readonly shown?: Shown | undefined;
  readonly firstContentMs: number | null;
  /** What was said, to be counted where the upstream does not say how much it was; undefined: it was not kept. */
  readonly spoken?: (() => readonly string[] | undefined) | undefined;
  /** By the model's own tokenizer, where the upstream said nothing. */
  readonly counted?: CountedTokens | undefined;
  /** Under which the upstream stored the answer. */
  readonly objectId?: string | undefined;
  /** Sends the caller its last bytes: called when the end was written down, and not before. */
  readonly release: (metered: Metered) => void;
};
