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
import { isObject } from '../json-value.ts';
import type { Losses } from './decode-blocks.ts';
import { encodeMedia } from './encode-media.ts';
import { type ToolNames, toToolId } from './tool-identity.ts';
import { toolInputOf } from './tool-input.ts';

/** A block that is still being worked on: its cache mark may go again. */
export type Block = Record<string, unknown>;

/** All that stands between two turns of the other side. Results of tools come first in the user's. */
export type Turn = { readonly role: 'user' | 'assistant'; readonly results: Block[]; readonly blocks: Block[] };

export type Conversation = { readonly system: Block[]; readonly turns: Turn[] };

type Encoding = { readonly losses: Losses; readonly names: ToolNames };

/** Messages as system blocks and turns that alternate. */
export function encodeMessages({ messages }: GenerationRequest, encoding: Encoding): Conversation {
  const conversation: Conversation = { system: [], turns: [] };
  for (const message of messages) {
    if ('name' in message && message.name) encoding.losses.add('message_name');
    encodeMessage(message, conversation, encoding);
  }
  return { system: conversation.system, turns: alternating(conversation.turns) };
}

function encodeMessage(message: Message, { system, turns }: Conversation, encoding: Encoding): void {
  switch (message.role) {
    case 'system':
    case 'developer': {
      if (turns.length === 0) system.push(...message.parts.flatMap((part) => encodeText(part, encoding)));
      else turns.push({ role: 'user', results: [], blocks: reminderOf(message.parts, encoding) });
      return;
    }
    case 'user': {
      const blocks = message.parts.flatMap((part) => encodeUserPart(part, encoding));
      turns.push({ role: 'user', results: [], blocks });
      return;
    }
    case 'assistant': {
      const blocks = message.parts.flatMap((part) => encodeAssistantPart(part, encoding));
      turns.push({ role: 'assistant', results: [], blocks });
      return;
    }
    case 'tool': {
      const results = message.results.map((result) => encodeResult(result, encoding));
      turns.push({ role: 'user', results, blocks: [] });
    }
  }
}

/** Turns of one side that follow one another become one; one with nothing in it goes. */
function alternating(turns: readonly Turn[]): Turn[] {
  const merged: Turn[] = [];
  for (const turn of turns) {
    if (turn.results.length + turn.blocks.length === 0) continue;
    const last = merged.at(-1);
    if (last?.role === turn.role) {
      last.results.push(...turn.results);
      last.blocks.push(...turn.blocks);
    } else merged.push(turn);
  }
  return merged;
}

/** A system message in mid-conversation: only the newest models have a place for it, all understand this. */
function reminderOf(parts: readonly TextPart[], { losses }: Encoding): Block[] {
  const text = parts.map((part) => part.text.revealText('translate')).join('\n\n');
  if (text.trim() === '') return [];
  const cache = parts.findLast((part) => part.cache)?.cache;
  if (parts.some((part) => part.state)) losses.add('reasoning_state');
  return [marked({ type: 'text', text: `<system-reminder>\n${text}\n</system-reminder>` }, cache)];
}

function marked(block: Block, cache: CacheMark | undefined): Block {
  if (!cache) return block;
  return { ...block, cache_control: cache.ttl ? { type: 'ephemeral', ttl: cache.ttl } : { type: 'ephemeral' } };
}

/** The dialect refuses a text without a word in it. */
function encodeText(part: TextPart, { losses }: Encoding): Block[] {
  if (part.state) losses.add('reasoning_state');
  const text = part.text.revealText('translate');
  if (text.trim() === '') {
    if (part.cache) losses.add('cache_control');
    return [];
  }
  const ours = (part.citations ?? []).filter(({ family }) => family === 'anthropic');
  if (ours.length < (part.citations?.length ?? 0)) losses.add('citations');
  const citations = ours.map(({ item }) => item.revealJson('translate'));
  return [marked({ type: 'text', text, ...(citations.length > 0 ? { citations } : {}) }, part.cache)];
}

function encodeMediaPart(part: MediaPart, { losses }: Encoding): Block[] {
  if (part.state) losses.add('reasoning_state');
  const block = encodeMedia(part, losses);
  if (!block && part.cache) losses.add('cache_control');
  return block ? [marked({ ...block }, part.cache)] : [];
}

function encodeForeign(part: Extract<UserPart, { kind: 'foreign' }>, { losses }: Encoding): Block[] {
  const item = part.item.revealJson('translate');
  if (part.family === 'anthropic' && isObject(item)) return [{ ...item }];
  losses.add('unknown_part');
  return [];
}

function encodeUserPart(part: UserPart, encoding: Encoding): Block[] {
  switch (part.kind) {
    case 'text':
      return encodeText(part, encoding);
    case 'media':
      return encodeMediaPart(part, encoding);
    case 'foreign':
      return encodeForeign(part, encoding);
  }
}

function encodeAssistantPart(part: AssistantPart, encoding: Encoding): Block[] {
  const { losses } = encoding;
  switch (part.kind) {
    case 'text':
      return encodeText(part, encoding);
    case 'refusal':
      losses.add('refusal');
      return encodeText({ kind: 'text', text: part.text }, encoding);
    case 'reasoning':
      return encodeReasoning(part, losses);
    case 'tool-call':
      return [encodeCall(part, encoding)];
    case 'media':
      // The dialect has no media in what the model said.
      losses.add(part.medium === 'document' ? 'document' : `input_${part.medium}`);
      if (part.cache) losses.add('cache_control');
      return [];
    case 'foreign':
      return encodeForeign(part, encoding);
  }
}

/** Without a signature of its own family the dialect takes no reasoning at all. */
function encodeReasoning({ text, state }: ReasoningPart, losses: Losses): Block[] {
  if (state?.family === 'anthropic') {
    const value = state.value.revealText('translate');
    if (state.kind === 'redacted') return [{ type: 'redacted_thinking', data: value }];
    if (value !== '') return [{ type: 'thinking', thinking: text.revealText('translate'), signature: value }];
  }
  if (state) losses.add('reasoning_state');
  if (text.byteLength > 0) losses.add('reasoning');
  return [];
}

function encodeCall(part: ToolCallPart, { losses, names }: Encoding): Block {
  if (part.state) losses.add('reasoning_state');
  const block = {
    type: 'tool_use',
    id: toToolId(part.id),
    name: names.toUpstream(part.name),
    input: toolInputOf(part),
  };
  return marked(block, part.cache);
}

function encodeResult(result: ToolResult, encoding: Encoding): Block {
  const content = result.parts.flatMap((part) => encodeUserPart(part, encoding));
  const block = {
    type: 'tool_result',
    tool_use_id: toToolId(result.id),
    ...(content.length > 0 ? { content } : {}),
    ...(result.isError ? { is_error: true } : {}),
  };
  return marked(block, result.cache);
}
