import type { DroppableField } from '#core/generation/dropped.ts';
import type { AssistantPart, ReasoningPart, ToolCallPart } from '#core/generation/parts.ts';
import { fieldOf, isObject, type JsonObject } from '../json-value.ts';
import { encodeCitations } from './encode-citation.ts';
import { callIdOf } from './upstream-names.ts';

export type Context = { readonly nameOf: (name: string) => string; readonly drop: (field: DroppableField) => void };

/** What a model gave in one turn, as the items that it came in. */
export function encodeAssistant(parts: readonly AssistantPart[], context: Context): readonly object[] {
  const items: object[] = [];
  let message: { role: 'assistant'; type: 'message'; content: object[] } | undefined;
  for (const part of parts) {
    // A text that says nothing is no answer to what was thought before it.
    if (part.kind === 'text' && part.text.byteLength === 0) {
      noteLosses(part, context);
      continue;
    }
    if (part.kind === 'text' || part.kind === 'refusal') {
      // Parts that follow one another are one message.
      if (!message) {
        message = { type: 'message', role: 'assistant', content: [] };
        items.push(message);
      }
      message.content.push(encodeText(part, context));
      continue;
    }
    const other = encodePart(part, context);
    if (other.length > 0) message = undefined;
    items.push(...other);
  }
  return items.map(asPlainText);
}

/** The list form wants the id of a stored message, though OpenAI lets it be; a plain text never does. */
function asPlainText(item: object): object {
  const content = fieldOf(item, 'content');
  const only = Array.isArray(content) && content.length === 1 ? content[0] : undefined;
  const isPlain = fieldOf(only, 'type') === 'output_text' && fieldOf(only, 'annotations') === undefined;
  return isPlain ? { ...item, content: fieldOf(only, 'text') } : item;
}

function encodeText(part: AssistantPart & { kind: 'text' | 'refusal' }, { drop }: Context): object {
  const text = part.text.revealText('translate');
  if (part.kind === 'refusal') return { type: 'refusal', refusal: text };
  noteLosses(part, { drop });
  const annotations = encodeCitations(part.citations ?? [], drop);
  return { type: 'output_text', text, ...(annotations.length > 0 ? { annotations } : {}) };
}

function noteLosses({ cache, state }: AssistantPart & { kind: 'text' }, { drop }: Pick<Context, 'drop'>): void {
  if (cache) drop('cache_control');
  if (state) drop('reasoning_state');
}

function encodePart(part: Exclude<AssistantPart, { kind: 'text' | 'refusal' }>, context: Context): readonly object[] {
  const { drop } = context;
  switch (part.kind) {
    case 'reasoning':
      return encodeReasoning(part, drop);
    case 'tool-call':
      if (part.cache) drop('cache_control');
      if (part.state) drop('reasoning_state');
      return [encodeCall(part, context)];
    case 'media':
      // A model's own picture has no place in what a caller may send.
      drop(part.medium === 'audio' ? 'input_audio' : 'input_image');
      return [];
    case 'foreign':
      return encodeForeign(part, drop);
  }
}

/** Without its sealed form, and without an id that the upstream has stored, reasoning cannot come back. */
function encodeReasoning({ text, isSummary, state }: ReasoningPart, drop: Context['drop']): readonly object[] {
  if (state?.family !== 'openai') {
    if (state) drop('reasoning_state');
    if (text.byteLength > 0) drop('reasoning');
    return [];
  }
  const told = text.revealText('translate');
  const summary = isSummary && told !== '' ? [{ type: 'summary_text', text: told }] : [];
  const content = isSummary || told === '' ? {} : { content: [{ type: 'reasoning_text', text: told }] };
  return [{ type: 'reasoning', summary, ...content, encrypted_content: state.value.revealText('translate') }];
}

function encodeCall({ id, name, form, input }: ToolCallPart, { nameOf }: Context): object {
  const call = { call_id: callIdOf(id.revealText('translate')), name: nameOf(name.revealText('translate')) };
  const text = input.revealText('translate');
  if (form === 'custom') return { type: 'custom_tool_call', ...call, input: text };
  return { type: 'function_call', ...call, arguments: text.trim() === '' ? '{}' : text };
}

export function encodeForeign(part: AssistantPart & { kind: 'foreign' }, drop: Context['drop']): readonly object[] {
  const item = part.item.revealJson('translate');
  if (part.family === 'openai' && isOwnItem(item)) return [item];
  drop('unknown_part');
  return [];
}

/** Of this dialect, told apart from parts of the family's other one. */
export function isOwnItem(item: unknown): item is JsonObject {
  const type = fieldOf(item, 'type');
  return isObject(item) && typeof type === 'string' && (type.endsWith('_call') || itemTypes.test(type));
}

const itemTypes =
  /_call_output$|^(item_reference|compaction|compaction_trigger|configuration_update|additional_tools|program|program_output|mcp_\w+|tool_search_\w+)$/;
