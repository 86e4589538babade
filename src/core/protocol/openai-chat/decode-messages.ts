import { Content } from '#core/generation/content.ts';
import type { ToolCallPart, ToolResult, UserPart } from '#core/generation/parts.ts';
import type { Message } from '#core/generation/request.ts';
import { fieldOf, listOf, textOf } from '../json-value.ts';
import { decodeAssistant } from './decode-assistant.ts';
import { decodeCache, decodeParts, decodeTexts, type Losses } from './decode-parts.ts';

export function decodeMessages(messages: unknown, losses: Losses): readonly Message[] {
  const reader = new MessageReader(losses);
  for (const message of listOf(messages)) reader.read(message);
  return reader.messages;
}

class MessageReader {
  readonly messages: Message[] = [];
  readonly #losses: Losses;
  /** The calls so far, by id: a result tells neither form nor name. */
  readonly #calls = new Map<string, ToolCallPart>();
  /** Calls of the older form, which had no ids, still without a result: the latest of each name. */
  readonly #olderCalls = new Map<string, string>();

  constructor(losses: Losses) {
    this.#losses = losses;
  }

  read(message: unknown): void {
    const content = fieldOf(message, 'content');
    const role = fieldOf(message, 'role');
    switch (role) {
      case 'system':
      case 'developer': {
        const parts = decodeTexts(content, this.#losses);
        this.messages.push({ role, parts: withCache(parts, message), ...nameOf(message) });
        return;
      }
      case 'user': {
        const parts: readonly UserPart[] = decodeParts(content, this.#losses);
        this.messages.push({ role, parts: withCache(parts, message), ...nameOf(message) });
        return;
      }
      case 'assistant':
        this.#readAssistant(message);
        return;
      case 'tool':
        this.#addResult(textOf(fieldOf(message, 'tool_call_id')) ?? '', message);
        return;
      case 'function': {
        const name = textOf(fieldOf(message, 'name')) ?? '';
        this.#addResult(this.#olderCalls.get(name) ?? `call_of_${name}`, message);
        this.#olderCalls.delete(name);
        return;
      }
      default:
        this.#losses.add('unknown_part');
    }
  }

  #readAssistant(message: unknown): void {
    const at = this.messages.length;
    const parts = decodeAssistant(message, {
      losses: this.#losses,
      makeId: (position) => `call_${at}_${position}`,
      nameOf: (name) => name,
    });
    for (const part of parts) {
      if (part.kind !== 'tool-call') continue;
      const id = part.id.revealText('translate');
      this.#calls.set(id, part);
      if (fieldOf(message, 'function_call')) this.#olderCalls.set(part.name.revealText('translate'), id);
    }
    this.messages.push({ role: 'assistant', parts: withCache(parts, message), ...nameOf(message) });
  }

  /** Results that follow one another are one turn's. */
  #addResult(id: string, message: unknown): void {
    const name = textOf(fieldOf(message, 'name'));
    const result: ToolResult = {
      id: Content.ofText(id),
      ...(name === undefined ? {} : { name: Content.ofText(name) }),
      form: this.#calls.get(id)?.form ?? 'function',
      parts: decodeParts(fieldOf(message, 'content'), this.#losses),
      isError: false,
      ...decodeCache(message),
    };
    const last = this.messages.at(-1);
    if (last?.role !== 'tool') this.messages.push({ role: 'tool', results: [result] });
    else this.messages[this.messages.length - 1] = { role: 'tool', results: [...last.results, result] };
  }
}

function nameOf(message: unknown): { readonly name?: Content } {
  const name = textOf(fieldOf(message, 'name')) ?? '';
  return name === '' ? {} : { name: Content.ofText(name) };
}

/** A mark on the whole message, as LiteLLM's callers write it, is one on its last part that can bear it. */
function withCache<Part extends { readonly kind: string }>(parts: readonly Part[], message: unknown): readonly Part[] {
  const mark = decodeCache(message);
  if (mark.cache === undefined) return parts;
  const at = parts.findLastIndex(({ kind }) => kind === 'text' || kind === 'media' || kind === 'tool-call');
  return parts.map((part, index) => (index === at ? { ...part, ...mark } : part));
}
