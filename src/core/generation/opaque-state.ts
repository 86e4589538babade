import type { Content } from './content.ts';

/** Whose models made a piece of opaque state: it means something to them alone. `other`: nobody of the known ones. */
export const stateFamilies = ['openai', 'anthropic', 'google', 'other'] as const;

export type StateFamily = (typeof stateFamilies)[number];

/**
 * What a model gave to be returned to it unread and unchanged. `signature`: of reasoning, a text or a tool call that
 * stands beside it. `redacted`: reasoning that only its maker can read, with nothing beside it. `encrypted`: reasoning
 * in sealed form, perhaps with a summary beside it.
 */
export type OpaqueState = {
  readonly family: StateFamily;
  readonly kind: 'signature' | 'redacted' | 'encrypted';
  readonly value: Content;
};
