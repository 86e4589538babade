// Short ways to write a neutral request.
import { Content } from '#core/generation/content.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { AssistantPart, CacheMark, ToolResult } from '#core/generation/parts.ts';
import type { Message, Tool } from '#core/generation/request.ts';
import { textPart } from './messages-under-test.ts';

export const text = Content.ofText;

export function user(...words: readonly string[]): Message {
  return { role: 'user', parts: words.map(textPart) };
}

export function assistant(...parts: readonly AssistantPart[]): Message {
  return { role: 'assistant', parts };
}

export function call(id: string, input = '{}', name = 't'): AssistantPart {
  return { kind: 'tool-call', id: text(id), name: text(name), form: 'function', input: text(input) };
}

export function result(id: string, words: string, isError = false): ToolResult {
  return { id: text(id), form: 'function', parts: [textPart(words)], isError };
}

export function tool(name: string, strict?: boolean, cache?: CacheMark): Tool {
  const parameters = Content.ofJson({ type: 'object', properties: { o: { type: 'object', properties: {} } } });
  return { kind: 'function', name: text(name), description: undefined, parameters, strict, cache };
}

export const block = (words: string) => ({ type: 'text', text: words });
export const answer = (id: string, words: string) => ({
  type: 'tool_result',
  tool_use_id: id,
  content: [block(words)],
});
export const unanswered = (id: string) => ({ ...answer(id, 'no result was given'), is_error: true });

export const unsaid = { effort: undefined, budget: undefined, isShown: undefined, summary: undefined } as const;
export const anthropicState: OpaqueState = { family: 'anthropic', kind: 'signature', value: text('c2ln') };
export const googleState: OpaqueState = { family: 'google', kind: 'signature', value: text('AbC') };
