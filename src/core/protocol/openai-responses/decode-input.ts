import { Content } from '#core/generation/content.ts';
import type { DroppableField } from '#core/generation/dropped.ts';
import type { AssistantPart, MediaPart, TextPart, ToolResult, UserPart } from '#core/generation/parts.ts';
import type { Message } from '#core/generation/request.ts';
import { fieldOf, isObject, listOf, textOf } from '../json-value.ts';
import { decodeItem, decodeMessageParts } from './decode-item.ts';
import { decodeMedia } from './decode-media.ts';
import { placeSignatures } from './place-signatures.ts';

type Drop = (field: DroppableField) => void;

/** Instructions and items as turns: what the model gave in one go becomes one message, and so do results in a row. */
export function decodeInput(instructions: unknown, input: unknown, drop: Drop): readonly Message[] {
  const turns = new Turns();
  const told = textOf(instructions);
  if (told !== undefined && told !== '') turns.add({ role: 'system', parts: [textPart(told)] });
  if (typeof input === 'string') turns.add({ role: 'user', parts: [textPart(input)] });
  for (const item of listOf(input)) decodeInputItem(item, turns, drop);
  return turns.close();
}

function decodeInputItem(item: unknown, turns: Turns, drop: Drop): void {
  const type = fieldOf(item, 'type') ?? (fieldOf(item, 'role') === undefined ? 'item_reference' : 'message');
  switch (type) {
    case 'message':
      return decodeMessage(item, turns, drop);
    case 'function_call_output':
    case 'custom_tool_call_output':
      return turns.addResult(decodeResult(item, type === 'custom_tool_call_output', drop));
    case 'item_reference':
      // Of what is not stored only reasoning may be named (read-request.ts refuses all else), and that is left out.
      return drop('reasoning_state');
    default:
      if (!isObject(item)) return drop('unknown_part');
      if (typeof type === 'string' && callersItems.has(type)) {
        turns.add({ role: 'user', parts: [{ kind: 'foreign', family: 'openai', item: Content.ofJson(item) }] });
      } else turns.addParts(decodeItem(item));
  }
}

/** Items of hosted and local tools that the caller makes, not the model. */
const callersItems: ReadonlySet<string> = new Set([
  'local_shell_call_output',
  'shell_call_output',
  'apply_patch_call_output',
  'computer_call_output',
  'mcp_approval_response',
  'additional_tools',
  'configuration_update',
  'compaction_trigger',
]);

function decodeMessage(item: unknown, turns: Turns, drop: Drop): void {
  const content = fieldOf(item, 'content');
  const role = fieldOf(item, 'role');
  switch (role) {
    case 'assistant':
      return turns.addParts(decodeMessageParts(content));
    case 'system':
    case 'developer': {
      const parts = decodeParts(content, drop);
      const texts = parts.filter((part) => part.kind === 'text');
      if (texts.length < parts.length) drop('unknown_part');
      return turns.add({ role, parts: texts });
    }
    default:
      return turns.add({ role: 'user', parts: decodeParts(content, drop) });
  }
}

function decodeParts(content: unknown, drop: Drop): readonly (TextPart | MediaPart)[] {
  if (typeof content === 'string') return [textPart(content)];
  return listOf(content).flatMap((part): readonly (TextPart | MediaPart)[] => {
    // `prompt_cache_breakpoint` asks what a cache mark asks.
    const cache = isObject(fieldOf(part, 'prompt_cache_breakpoint')) ? { cache: { ttl: undefined } } : {};
    const text = textOf(fieldOf(part, 'text')) ?? textOf(fieldOf(part, 'refusal'));
    if (text !== undefined) return [{ ...textPart(text), ...cache }];
    const media = decodeMedia(part);
    if (media) return [{ ...media, ...cache }];
    drop('unknown_part');
    return [];
  });
}

function textPart(text: string): TextPart {
  return { kind: 'text', text: Content.ofText(text) };
}

function decodeResult(item: unknown, isCustom: boolean, drop: Drop): ToolResult {
  const output = fieldOf(item, 'output');
  const isPlain = typeof output === 'string' || Array.isArray(output);
  return {
    id: Content.ofText(textOf(fieldOf(item, 'call_id')) ?? ''),
    form: isCustom ? 'custom' : 'function',
    parts: isPlain ? decodeParts(output, drop) : [textPart(JSON.stringify(output ?? null))],
    isError: false,
  };
}

class Turns {
  readonly #messages: Message[] = [];
  #parts: AssistantPart[] = [];
  #results: ToolResult[] = [];

  add(message: Message & { readonly parts: readonly UserPart[] }): void {
    this.#close();
    this.#messages.push(message);
  }

  addParts(parts: readonly AssistantPart[]): void {
    if (this.#results.length > 0) this.#close();
    this.#parts.push(...parts);
  }

  addResult(result: ToolResult): void {
    if (this.#parts.length > 0) this.#close();
    this.#results.push(result);
  }

  close(): readonly Message[] {
    this.#close();
    return this.#messages;
  }

  #close(): void {
    if (this.#parts.length > 0) this.#messages.push({ role: 'assistant', parts: placeSignatures(this.#parts) });
    if (this.#results.length > 0) this.#messages.push({ role: 'tool', results: this.#results });
    this.#parts = [];
    this.#results = [];
  }
}
