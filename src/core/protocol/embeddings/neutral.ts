// What is asked of a model that turns texts into vectors, and what it answers, in no dialect.
import type { Content } from '#core/generation/content.ts';
import type { DroppableField } from '#core/generation/dropped.ts';

export type EmbeddingAsk = {
  readonly texts: readonly Content[];
  /** Undefined: as many as the model makes. */
  readonly dimensions: number | undefined;
  /** What the caller said that this form has no place for. */
  readonly dropped: readonly DroppableField[];
};

export type EmbeddingReply = {
  /** One for each text, in their order. */
  readonly vectors: readonly (readonly number[])[];
  /** Undefined: the upstream did not say. */
  readonly inputTokens: number | undefined;
};
