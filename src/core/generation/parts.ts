import type { Content } from './content.ts';
import type { OpaqueState, StateFamily } from './opaque-state.ts';

/** A caller's wish that everything up to here be kept in the upstream's prompt cache. */
export type CacheMark = { readonly ttl: '5m' | '1h' | undefined };

export type TextPart = {
  readonly kind: 'text';
  readonly text: Content;
  readonly citations?: readonly Citation[] | undefined;
  readonly cache?: CacheMark | undefined;
  readonly state?: OpaqueState | undefined;
};

export type Medium = 'image' | 'audio' | 'video' | 'document';

export type MediaPart = {
  readonly kind: 'media';
  readonly medium: Medium;
  readonly source: MediaSource;
  /** `image/png`, `audio/wav`, `application/pdf` …; undefined when the caller did not say. */
  readonly mediaType: string | undefined;
  /** A file's name or title. */
  readonly name?: Content | undefined;
  readonly detail?: 'auto' | 'low' | 'high' | 'original' | undefined;
  readonly cache?: CacheMark | undefined;
  readonly state?: OpaqueState | undefined;
};

export type MediaSource =
  /** Base64, without `data:` before it. */
  | { readonly kind: 'inline'; readonly data: Content }
  | { readonly kind: 'url'; readonly url: Content }
  /** A document that is plain text. */
  | { readonly kind: 'text'; readonly text: Content }
  /** Stored at an upstream of this family: it means nothing to others. */
  | { readonly kind: 'file'; readonly id: Content; readonly family: StateFamily };

/** Reasoning, its text perhaps empty; `state` is what proves it to its maker. */
export type ReasoningPart = {
  readonly kind: 'reasoning';
  readonly text: Content;
  /** A summary of it that the maker wrote, not the reasoning itself. */
  readonly isSummary: boolean;
  readonly state?: OpaqueState | undefined;
};

export type RefusalPart = { readonly kind: 'refusal'; readonly text: Content };

/** `function`: `input` is a JSON text. `custom`: `input` is free text. */
export type ToolCallPart = {
  readonly kind: 'tool-call';
  /** What links the result to the call. */
  readonly id: Content;
  readonly name: Content;
  readonly form: 'function' | 'custom';
  readonly input: Content;
  readonly cache?: CacheMark | undefined;
  readonly state?: OpaqueState | undefined;
};

/** An item that only its family can read: a hosted tool's call or result, a compaction … */
export type ForeignPart = {
  readonly kind: 'foreign';
  readonly family: StateFamily;
  /** A JSON value in the family's own dialect. */
  readonly item: Content;
};

export type ToolResult = {
  /** The id of the call that it answers. */
  readonly id: Content;
  /** The tool's name where the dialect gives it; else it is looked up by the id. */
  readonly name?: Content | undefined;
  readonly form: 'function' | 'custom';
  readonly parts: readonly (TextPart | MediaPart)[];
  readonly isError: boolean;
  readonly cache?: CacheMark | undefined;
};

/** Where a statement comes from. Places count UTF-16 units in the text that they stand in. */
export type Citation = {
  readonly url?: Content | undefined;
  readonly title?: Content | undefined;
  /** The words of the source. */
  readonly quote?: Content | undefined;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  /** As its family wrote it: a JSON value. */
  readonly family: StateFamily;
  readonly item: Content;
};

export type UserPart = TextPart | MediaPart | ForeignPart;
export type AssistantPart = TextPart | ReasoningPart | RefusalPart | ToolCallPart | MediaPart | ForeignPart;
