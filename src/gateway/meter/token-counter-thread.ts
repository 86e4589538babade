// Counts tokens away from the gateway's own thread: a tokenizer takes long to load, much memory, and long for long texts.
import { parentPort } from 'node:worker_threads';
import type { Tokenizer } from '#core/generation/tokenizer.ts';

export type CountOrder = {
  readonly id: number;
  readonly tokenizer: Tokenizer;
  /** Each list is one sum. */
  readonly texts: readonly (readonly string[])[];
};

export type Counted = { readonly id: number; readonly sums: readonly number[] };

/** Words of a prompt that look like the tokenizer's own marks are words. */
const asWords = { disallowedSpecial: new Set<string>() };
/** What has no space for so long is cut: the time that one run takes grows with the square of its length. */
const runMax = 400;
const longRun = new RegExp(`\\S{${runMax}}`, 'gu');

const encodings = {
  o200k: () => import('gpt-tokenizer/encoding/o200k_base'),
  cl100k: () => import('gpt-tokenizer/encoding/cl100k_base'),
} as const;

parentPort?.on('message', async ({ id, tokenizer, texts }: CountOrder) => {
  const { countTokens } = await encodings[tokenizer]();
  const sumOf = (list: readonly string[]) =>
    list.flatMap(cut).reduce((sum, text) => sum + countTokens(text, asWords), 0);
  parentPort?.postMessage({ id, sums: texts.map(sumOf) } satisfies Counted);
});

function cut(text: string): readonly string[] {
  if (text.length <= runMax) return [text];
  const pieces: string[] = [];
  let from = 0;
  for (const { index, 0: run } of text.matchAll(longRun)) {
    pieces.push(text.slice(from, index + run.length));
    from = index + run.length;
  }
  return [...pieces, text.slice(from)];
}
