import type { Content } from './content.ts';
import type { OpaqueState, StateFamily } from './opaque-state.ts';
import type { AssistantPart, Citation, Medium } from './parts.ts';
import type { Usage } from './usage.ts';

/**
 * Why the model stopped, in closed words; what nobody knows is `other`, and never becomes `stop`. `paused`: the
 * upstream wants to be asked to go on.
 */
export const finishReasons = ['stop', 'stop-sequence', 'length', 'tool-calls', 'filtered', 'paused', 'other'] as const;

export type FinishReason = (typeof finishReasons)[number];

/** A whole answer, in no dialect. */
export type GenerationReply = {
  /** The upstream's name of the model, as it said it. */
  readonly model: Content | undefined;
  readonly choices: readonly ReplyChoice[];
  readonly usage: Usage | undefined;
};

export type ReplyChoice = {
  readonly index: number;
  readonly parts: readonly AssistantPart[];
  readonly finish: FinishReason | undefined;
  /** The sequence that was met, when the finish is `stop-sequence` and the dialect tells it. */
  readonly stopSequence?: Content | undefined;
  readonly logprobs?: readonly TokenLogprob[] | undefined;
};

export type TokenLogprob = {
  readonly token: Content;
  readonly logprob: number;
  readonly top: readonly { readonly token: Content; readonly logprob: number }[];
};

/**
 * A streamed answer, in no dialect. The grammar of each choice: parts follow one another; text, reasoning and refusal
 * deltas extend the open part of their kind or open one, `part-end` closes it; a `tool-call-start` opens a call, which
 * stays open until its `tool-call-end` or the choice's `finish`, and several may be open at once; `finish` comes once
 * and last. `start` comes first of all. `usage` replaces what was said before, and may come before, with or after the
 * finish. `end` is the upstream's own last word; `error` ends the stream at once.
 */
export type GenerationEvent =
  | { readonly kind: 'start'; readonly model: Content | undefined }
  | { readonly kind: 'text-delta'; readonly choice: number; readonly text: Content }
  | { readonly kind: 'refusal-delta'; readonly choice: number; readonly text: Content }
  | {
      readonly kind: 'reasoning-delta';
      readonly choice: number;
      readonly text: Content;
      readonly isSummary: boolean;
    }
  /** Belongs to the open part, or stands alone when there is none (redacted reasoning). */
  | { readonly kind: 'state'; readonly choice: number; readonly state: OpaqueState }
  | { readonly kind: 'citation'; readonly choice: number; readonly citation: Citation }
  | { readonly kind: 'part-end'; readonly choice: number }
  | {
      readonly kind: 'tool-call-start';
      readonly choice: number;
      /** Counts the calls of a choice from 0. */
      readonly call: number;
      readonly id: Content;
      readonly name: Content;
      readonly form: 'function' | 'custom';
      /** Of the call itself, where the family signs calls. */
      readonly state: OpaqueState | undefined;
    }
  | { readonly kind: 'tool-call-delta'; readonly choice: number; readonly call: number; readonly input: Content }
  | { readonly kind: 'tool-call-end'; readonly choice: number; readonly call: number }
  | {
      readonly kind: 'media';
      readonly choice: number;
      readonly medium: Medium;
      readonly mediaType: string | undefined;
      /** Base64, whole for images; a piece for audio. */
      readonly data: Content;
    }
  | { readonly kind: 'logprobs'; readonly choice: number; readonly tokens: readonly TokenLogprob[] }
  | { readonly kind: 'foreign'; readonly choice: number; readonly family: StateFamily; readonly item: Content }
  | {
      readonly kind: 'finish';
      readonly choice: number;
      readonly reason: FinishReason;
      readonly stopSequence?: Content | undefined;
    }
  | { readonly kind: 'usage'; readonly usage: Usage }
  | { readonly kind: 'error'; readonly code: string }
  | { readonly kind: 'end' };
