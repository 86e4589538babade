import { createHash } from 'node:crypto';
import { type Prompt, sumTokens } from './prompt.ts';

const entriesMax = 4096;
const lifeMs = 5 * 60 * 1000;

/** How many of the input tokens a provider would have read from its cache, and how many it would have put there. */
export type Cached = { readonly cached: number; readonly written: number };

export type PrefixCache = { visit(prompt: Prompt, nowMs: number): Cached };

/** Caches all messages but the last. */
export function createPrefixCache(): PrefixCache {
  // Hashes only, the oldest first: no text stays here.
  const seenUntilMs = new Map<string, number>();
  return {
    visit(prompt, nowMs) {
      const prefix = prompt.messages.slice(0, -1);
      if (!prompt.caches || prefix.length === 0) return { cached: 0, written: 0 };
      const key = hashPrefix(prompt.model, prefix);
      const isWarm = (seenUntilMs.get(key) ?? 0) > nowMs;
      seenUntilMs.delete(key);
      seenUntilMs.set(key, nowMs + lifeMs);
      const oldest = seenUntilMs.keys().next().value;
      if (seenUntilMs.size > entriesMax && oldest !== undefined) seenUntilMs.delete(oldest);
      const tokens = sumTokens(prefix);
      return isWarm ? { cached: tokens, written: 0 } : { cached: 0, written: tokens };
    },
  };
}

function hashPrefix(model: string, prefix: Prompt['messages']): string {
  const hash = createHash('sha256').update(model);
  for (const message of prefix) hash.update(`\0${message.role}\0${message.text}`);
  return hash.digest('base64');
}
