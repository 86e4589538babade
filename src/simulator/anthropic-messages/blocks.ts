import { randomLetters } from '../identity.ts';
import { isRecord } from '../json-value.ts';
import { parseJson } from '../parse-json.ts';
import type { Reply } from '../script.ts';
import { sign } from '../signature.ts';
import type { MessagesPrompt } from './request.ts';

export const signer = 'anthropic-messages';

/** The content of an answer, block by block, each string of `words` being a token. */
export type Block =
  | {
      readonly kind: 'thinking';
      readonly words: readonly string[];
      readonly signature: string;
      readonly tokens: number;
    }
  | { readonly kind: 'redacted'; readonly data: string; readonly tokens: number }
  | { readonly kind: 'text'; readonly words: readonly string[] }
  | { readonly kind: 'tool'; readonly id: string; readonly name: string; readonly words: readonly string[] };

export function* writeBlocks(reply: Reply | undefined, prompt: MessagesPrompt): Generator<Block> {
  if (reply === undefined) return;
  if (reply.reasoning.length > 0) yield writeThought(reply.reasoning, prompt);
  if (reply.text.length > 0) yield { kind: 'text', words: reply.text };
  for (const { name, pieces } of reply.calls) {
    yield { kind: 'tool', id: `toolu_01${randomLetters(22)}`, name, words: pieces };
  }
}

function writeThought(reasoning: readonly string[], prompt: MessagesPrompt): Block {
  const tokens = reasoning.length;
  if (prompt.redacts) return { kind: 'redacted', data: sign(`${signer} redacted`, ''), tokens };
  const words = prompt.hidesThought ? [] : reasoning;
  return { kind: 'thinking', words, signature: sign(signer, words.join('')), tokens };
}

/** A call that was cut off has no arguments that could be read. */
export function readInput(words: readonly string[]): unknown {
  const input = parseJson(words.join(''));
  return isRecord(input) ? input : {};
}
