import type { Dialect } from '../oracle/summary.ts';
import { checkAnthropicStream } from './anthropic-messages.ts';
import { checkGeminiStream } from './gemini-generate.ts';
import { checkChatStream } from './openai-chat.ts';
import { checkResponsesStream } from './openai-responses.ts';

/** What is wrong with the order of a stream's events, or nothing. */
export function checkGrammar(dialect: Dialect, stream: string): string | undefined {
  switch (dialect) {
    case 'openai-chat':
      return checkChatStream(stream);
    case 'openai-responses':
      return checkResponsesStream(stream);
    case 'anthropic-messages':
      return checkAnthropicStream(stream);
    case 'gemini-generate':
      return checkGeminiStream(stream);
  }
}
