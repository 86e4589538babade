import type { Dialect } from './dialect.ts';
import { refuse, writeErrorFields } from './openai-chat/errors.ts';
import { errorType, jsonType, writeHeaders } from './openai-chat/heads.ts';
import { chunkEvent, doneEvent } from './openai-chat/stream.ts';
import type { Prompt } from './prompt.ts';
import type { Turn } from './turn.ts';
import { countWords } from './words.ts';

type Own<P extends Prompt> = Pick<Dialect<P>, 'protocol' | 'readRequest' | 'writeAnswer'>;

/** A dialect of OpenAI's kind whose answers are whole: what it would stream nobody asks for. */
export function wholeDialect<P extends Prompt>({ protocol, readRequest, writeAnswer }: Own<P>): Dialect<P> {
  return {
    protocol,
    jsonType,
    errorType,
    typeOf: () => jsonType,
    writeHeaders,
    readRequest,
    refuse,
    writeAnswer,
    writeStream: (turn) => [chunkEvent('done', writeAnswer(turn))],
    blankEvent: () => chunkEvent('delta', '{}'),
    endAgain: () => doneEvent,
    errorEvent: (_turn, trouble) => chunkEvent('delta', JSON.stringify({ error: writeErrorFields(trouble) })),
  };
}

/** A question that no model answers in words: its answer has no tokens. */
export function wordlessPrompt(model: string, messages: Prompt['messages']): Prompt {
  return {
    model,
    messages,
    stream: false,
    includeUsage: false,
    tokensMax: 0,
    stop: [],
    choices: 1,
    tools: [],
    toolChoice: { kind: 'auto' },
    parallelCalls: false,
    format: { kind: 'text' },
    reasons: false,
    caches: false,
  };
}

/** The field of a turn's usage, as often as a fault wants it; empty when there is none. */
export function usageField({ bill }: Turn, write: (bill: NonNullable<Turn['bill']>) => string): string {
  return bill === undefined ? '' : `,"usage":${write(bill)}`.repeat(bill.isTwice ? 2 : 1);
}

/** One input: words, or tokens, which are shown as their numbers. */
export function readInput(input: unknown): Prompt['messages'][number] | undefined {
  const isTokens = Array.isArray(input) && input.length > 0 && input.every((token) => Number.isInteger(token));
  const text = isTokens ? input.join(' ') : input;
  return typeof text === 'string' ? { role: 'user', text, tokens: countWords(text) } : undefined;
}

/** A text, tokens, or a list of either; undefined when it is none of them. */
export function readInputs(value: unknown): Prompt['messages'] | undefined {
  const alone = readInput(value);
  if (alone !== undefined) return [alone];
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const inputs = value.map(readInput).filter((input) => input !== undefined);
  return inputs.length === value.length ? inputs : undefined;
}
