import type { AssistantPart, ToolCallPart, ToolResult } from '#core/generation/parts.ts';
import type { Message } from '#core/generation/request.ts';
import { fieldOf, listOf } from '../json-value.ts';
import { type Context, encodeAssistant, encodeForeign } from './encode-item.ts';
import { encodeMessageParts, encodeParts } from './encode-media.ts';
import { callIdOf } from './upstream-names.ts';

/** All turns as items. System and developer messages keep their role and stay where they are, one part per block. */
export function encodeInput(messages: readonly Message[], context: Context): readonly object[] {
  const items: object[] = [];
  const results = new Results(messages);
  for (const message of messages) {
    if (message.role !== 'tool' && message.name) context.drop('message_name');
    switch (message.role) {
      case 'system':
      case 'developer':
        items.push({ type: 'message', role: message.role, content: encodeParts(message.parts, context.drop) });
        break;
      case 'user':
        items.push(...encodeUser(message, context));
        break;
      case 'assistant':
        items.push(...encodeAssistant(message.parts, context), ...results.answerMissing(message.parts));
        break;
      case 'tool':
        for (const result of message.results) {
          items.push(encodeResult(result, { context, isKnown: results.isCalled(result) }));
        }
    }
  }
  return withoutLoneReasoning(items, context);
}

/** This API refuses reasoning that leads to nothing: an answer or a call of the model's has to come right after it. */
function withoutLoneReasoning(items: readonly object[], { drop }: Context): readonly object[] {
  const kept: object[] = [];
  for (const item of items.toReversed()) {
    if (fieldOf(item, 'type') === 'reasoning' && !isOfModel(kept.at(-1))) {
      drop('reasoning_state');
      if ([...listOf(fieldOf(item, 'summary')), ...listOf(fieldOf(item, 'content'))].length > 0) drop('reasoning');
    } else kept.push(item);
  }
  return kept.reverse();
}

function isOfModel(item: object | undefined): boolean {
  const type = fieldOf(item, 'type');
  if (typeof type !== 'string' || type.endsWith('_output')) return false;
  return type !== 'message' || fieldOf(item, 'role') === 'assistant';
}

/** This API refuses a call without its result, and the reverse. */
class Results {
  readonly #given = new Set<string>();
  readonly #called = new Set<string>();

  constructor(messages: readonly Message[]) {
    for (const message of messages) {
      if (message.role !== 'tool') continue;
      for (const { id } of message.results) this.#given.add(id.revealText('translate'));
    }
  }

  /** Notes the calls, and answers those that nobody answers. */
  answerMissing(parts: readonly AssistantPart[]): readonly object[] {
    return parts.flatMap((part): readonly object[] => {
      if (part.kind !== 'tool-call') return [];
      const id = part.id.revealText('translate');
      this.#called.add(id);
      return this.#given.has(id) ? [] : [outputItem(callIdOf(id), part.form, 'no result was given')];
    });
  }

  isCalled({ id }: ToolResult): boolean {
    return this.#called.has(id.revealText('translate'));
  }
}

function outputItem(id: string, form: ToolCallPart['form'], output: unknown): object {
  return { type: form === 'custom' ? 'custom_tool_call_output' : 'function_call_output', call_id: id, output };
}

function encodeUser({ parts }: Message & { role: 'user' }, { drop }: Context): readonly object[] {
  const items: object[] = [];
  const own = parts.filter((part) => part.kind !== 'foreign');
  for (const part of parts) if (part.kind === 'foreign') items.push(...encodeForeign(part, drop));
  const content = encodeMessageParts(own, drop);
  return content.length === 0 ? items : [...items, { type: 'message', role: 'user', content }];
}

function encodeResult(
  result: ToolResult,
  { context, isKnown }: { readonly context: Context; readonly isKnown: boolean },
): object {
  if (result.isError) context.drop('tool_result_error');
  if (result.cache) context.drop('cache_control');
  if (!isKnown) {
    context.drop('unknown_part');
    return { type: 'message', role: 'user', content: encodeMessageParts(result.parts, context.drop) };
  }
  const parts = encodeParts(result.parts, context.drop);
  const only = parts.length === 1 ? fieldOf(parts[0], 'text') : undefined;
  const output = parts.length === 0 ? '' : typeof only === 'string' ? only : parts;
  return outputItem(callIdOf(result.id.revealText('translate')), result.form, output);
}
