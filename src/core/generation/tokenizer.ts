/** The tokenizers that Fairlead carries: OpenAI's. Of all other models the tokens are estimated. */
export type Tokenizer = 'o200k' | 'cl100k';

const o200k = /^(gpt-(4o|4\.[15]|[5-9]|oss|realtime|audio)|chatgpt-4o|o[1-9]($|-)|codex-|computer-use-)/;
const cl100k = /^(gpt-4($|-)|gpt-3\.5|gpt-35|text-embedding-)/;

/** By what a model is called: `gpt-5-mini`, `openai/gpt-4o`, `ft:gpt-4.1:…`. */
export function tokenizerOf(model: string): Tokenizer | undefined {
  const name = model
    .slice(model.lastIndexOf('/') + 1)
    .replace(/^ft:/, '')
    .toLowerCase();
  if (o200k.test(name)) return 'o200k';
  return cl100k.test(name) ? 'cl100k' : undefined;
}
