import type { Told } from './told.ts';

export type SpeechName = 'chat' | 'responses' | 'messages' | 'gemini' | 'completions' | 'embeddings';

/** How replies of one dialect are read, strictly and by hand. */
export type Speech = {
  readonly name: SpeechName;
  readWhole(body: Buffer): Told;

  readStream(body: Buffer): Told;
  /** Everything that an error body of it has at least. */
  readError(body: Buffer): { readonly word: string | undefined; readonly odd: readonly string[] };
};
