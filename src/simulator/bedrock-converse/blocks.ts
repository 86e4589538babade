import { signer } from '../anthropic-messages/blocks.ts';
import { randomLetters } from '../identity.ts';
import { isRecord } from '../json-value.ts';
import { parseJson } from '../parse-json.ts';
import type { Reply } from '../script.ts';
import { sign } from '../signature.ts';
import type { ConversePrompt } from './request.ts';

/** Claude's proofs hold at Anthropic's own API as well; what is redacted only Converse itself reads. */
export const redactor = 'bedrock-converse redacted';

/** The content of an answer, block by block, each string of `words` being a token. */
export type Block =
  | { readonly kind: 'thought'; readonly words: readonly string[]; readonly signature: string | undefined }
  | { readonly kind: 'redacted'; readonly data: string; readonly tokens: number }
  | { readonly kind: 'text'; readonly words: readonly string[] }
  | { readonly kind: 'tool'; readonly id: string; readonly name: string; readonly words: readonly string[] };

export function* writeBlocks(reply: Reply | undefined, prompt: ConversePrompt): Generator<Block> {
  if (reply === undefined) return;
  if (reply.reasoning.length > 0) yield writeThought(reply.reasoning, prompt);
  if (reply.text.length > 0) yield { kind: 'text', words: reply.text };
  for (const { name, pieces } of reply.calls) {
    yield { kind: 'tool', id: `tooluse_${randomLetters(22)}`, name, words: pieces };
  }
}

function writeThought(words: readonly string[], { maker, redacts }: ConversePrompt): Block {
  if (redacts) return { kind: 'redacted', data: sign(redactor, ''), tokens: words.length };
  return { kind: 'thought', words, signature: maker.signsThought ? sign(signer, words.join('')) : undefined };
}

/** A call that was cut off has no arguments that could be read. */
export function readInput(words: readonly string[]): unknown {
  const input = parseJson(words.join(''));
  return isRecord(input) ? input : {};
}
