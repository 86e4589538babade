import { Buffer } from 'node:buffer';
import type { DroppableField } from '#core/generation/dropped.ts';
import type {
  AssistantPart,
  CacheMark,
  MediaPart,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResult,
  UserPart,
} from '#core/generation/parts.ts';
import type { GenerationRequest, Message } from '#core/generation/request.ts';
import { type JsonObject, parseForeignObject } from '../json-value.ts';
import { encodeMedia } from './encode-media.ts';
import type { ConverseQuirks } from './model-quirks.ts';
import { type ToolNames, toToolId } from './tool-identity.ts';

export type Losses = Set<DroppableField>;
export type Encoding = { readonly losses: Losses; readonly names: ToolNames; readonly quirks: ConverseQuirks };

/** All that stands between two turns of the other side. Results of tools come first in the user's. */
export type Turn = {
  readonly role: 'user' | 'assistant';
  readonly results: JsonObject[];
  readonly blocks: JsonObject[];
};

export type Conversation = { readonly system: JsonObject[]; readonly turns: Turn[] };

/** Messages as system blocks and turns that alternate. */
export function encodeMessages({ messages }: GenerationRequest, encoding: Encoding): Conversation {
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (const message of messages) {
    if ('name' in message && message.name) encoding.losses.add('message_name');
    const isLeading = turns.length === 0 && (message.role === 'system' || message.role === 'developer');
    if (isLeading) system.push(...message.parts.flatMap((part) => encodeText(part, encoding)));
    else addTurn(turns, turnOf(message, encoding));
  }
  return { system, turns };
}

function turnOf(message: Message, encoding: Encoding): Turn {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'user', results: [], blocks: reminderOf(message.parts, encoding) };
    case 'user':
      return { role: 'user', results: [], blocks: message.parts.flatMap((part) => encodeUserPart(part, encoding)) };
    case 'assistant': {
      const blocks = message.parts.flatMap((part) => encodeAssistantPart(part, encoding));
      return { role: 'assistant', results: [], blocks };
    }
    case 'tool':
      return { role: 'user', results: message.results.flatMap((result) => encodeResult(result, encoding)), blocks: [] };
  }
}

/** Turns of one side that follow one another become one; one with nothing in it goes. */
function addTurn(turns: Turn[], turn: Turn): void {
  if (turn.results.length + turn.blocks.length === 0) return;
  const last = turns.at(-1);
  if (last?.role !== turn.role) turns.push(turn);
  else {
    last.results.push(...turn.results);
    last.blocks.push(...turn.blocks);
  }
}

/** A system message in mid-conversation, for which there is no place. */
function reminderOf(parts: readonly TextPart[], encoding: Encoding): JsonObject[] {
  const text = parts.map((part) => part.text.revealText('translate')).join('\n\n');
  if (text.trim() === '') return [];
  const cache = parts.findLast((part) => part.cache)?.cache;
  return marked({ text: `<system-reminder>\n${text}\n</system-reminder>` }, cache, encoding);
}

/** A mark of the cache is a block of its own, behind what it marks. */
function marked(block: JsonObject, cache: CacheMark | undefined, { quirks, losses }: Encoding): JsonObject[] {
  if (!cache) return [block];
  if (quirks.caches === 'nowhere') {
    losses.add('cache_control');
    return [block];
  }
  return [block, cachePoint(cache)];
}

export function cachePoint({ ttl }: CacheMark): JsonObject {
  return { cachePoint: { type: 'default', ...(ttl === '1h' ? { ttl } : {}) } };
}

/** A text without a word in it is refused. */
function encodeText(part: TextPart, encoding: Encoding): JsonObject[] {
  const { losses } = encoding;
  if (part.state) losses.add('reasoning_state');
  if (part.citations && part.citations.length > 0) losses.add('citations');
  const text = part.text.revealText('translate');
  if (text.trim() !== '') return marked({ text }, part.cache, encoding);
  if (part.cache) losses.add('cache_control');
  return [];
}

function encodeMediaPart(part: MediaPart, encoding: Encoding): JsonObject[] {
  if (part.state) encoding.losses.add('reasoning_state');
  const block = encodeMedia(part, encoding.losses);
  if (!block && part.cache) encoding.losses.add('cache_control');
  return block ? marked(block, part.cache, encoding) : [];
}

function encodeUserPart(part: UserPart, encoding: Encoding): JsonObject[] {
  switch (part.kind) {
    case 'text':
      return encodeText(part, encoding);
    case 'media':
      return encodeMediaPart(part, encoding);
    case 'foreign':
      encoding.losses.add('unknown_part');
      return [];
  }
}

function encodeAssistantPart(part: AssistantPart, encoding: Encoding): JsonObject[] {
  const { losses } = encoding;
  switch (part.kind) {
    case 'text':
      return encodeText(part, encoding);
    case 'refusal':
      losses.add('refusal');
      return encodeText({ kind: 'text', text: part.text }, encoding);
    case 'reasoning':
      return encodeReasoning(part, encoding);
    case 'tool-call':
      return encodeCall(part, encoding);
    case 'media':
      losses.add(part.medium === 'document' ? 'document' : `input_${part.medium}`);
      return [];
    case 'foreign':
      losses.add('unknown_part');
      return [];
  }
}

/** Reasoning goes back to who can prove it: Anthropic's by its signature, all other by what Converse itself sealed. */
function encodeReasoning({ text, state }: ReasoningPart, { losses, quirks }: Encoding): JsonObject[] {
  const value = state?.value.revealText('translate') ?? '';
  if (value !== '' && state?.family === 'other' && state.kind === 'redacted') {
    return [{ reasoningContent: { redactedContent: value } }];
  }
  if (value !== '' && state?.family === 'anthropic' && state.kind === 'signature' && quirks.claude) {
    return [{ reasoningContent: { reasoningText: { text: text.revealText('translate'), signature: value } } }];
  }
  if (state) losses.add('reasoning_state');
  if (text.byteLength > 0) losses.add('reasoning');
  return [];
}

function encodeCall(part: ToolCallPart, encoding: Encoding): JsonObject[] {
  if (part.state) encoding.losses.add('reasoning_state');
  const name = encoding.names.toUpstream(part.name);
  return marked({ toolUse: { toolUseId: toToolId(part.id), name, input: inputOf(part) } }, part.cache, encoding);
}

/** Arguments are an object: none is an empty one, and what is no object is wrapped in one. */
function inputOf({ form, input }: ToolCallPart): JsonObject {
  const text = input.revealText('translate');
  if (form === 'custom') return { input: text };
  if (text.trim() === '') return {};
  return parseForeignObject(Buffer.from(text, 'utf8')) ?? { input: text };
}

function encodeResult(result: ToolResult, encoding: Encoding): JsonObject[] {
  // Marks inside have no place there: the last of them stands behind the result.
  const inner = result.parts.map((part) => ({ ...part, cache: undefined }));
  const content = inner.flatMap((part) => encodeUserPart(part, encoding));
  const cache = result.cache ?? result.parts.findLast((part) => part.cache)?.cache;
  const toolResult = {
    toolUseId: toToolId(result.id),
    content: content.length > 0 ? content : [{ text: '(empty)' }],
    ...(result.isError ? { status: 'error' } : {}),
  };
  return marked({ toolResult }, cache, encoding);
}
