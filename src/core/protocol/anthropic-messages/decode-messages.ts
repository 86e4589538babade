import { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { AssistantPart, MediaPart, TextPart, ToolCallPart, ToolResult, UserPart } from '#core/generation/parts.ts';
import type { Message } from '#core/generation/request.ts';
import { fieldOf, flagOf, isObject, type JsonObject, listOf, textOf } from '../json-value.ts';
import {
  cacheMarkOf,
  decodeForeign,
  decodeMedia,
  decodeRedacted,
  decodeText,
  decodeThinking,
  decodeToolCall,
  type Losses,
} from './decode-blocks.ts';

/** The system prompt, each block a part of its own, so that its cache mark stays where it is. */
export function decodeSystem(system: unknown): readonly Message[] {
  const parts = blocksOf(system, '"system"').map(decodeText);
  return parts.length === 0 ? [] : [{ role: 'system', parts }];
}

export function decodeMessages(messages: unknown, losses: Losses): readonly Message[] {
  return listOf(messages).flatMap((message) => decodeMessage(message, losses));
}

function decodeMessage(message: unknown, losses: Losses): readonly Message[] {
  if (!isObject(message)) throw malformed('a message is not an object');
  const blocks = blocksOf(message.content, 'the content of a message');
  switch (message.role) {
    case 'system':
      return [{ role: 'system', parts: blocks.map(decodeText) }];
    case 'assistant':
      return [{ role: 'assistant', parts: decodeAssistant(blocks, losses) }];
    case 'user':
      return decodeUser(blocks, losses);
    default:
      throw malformed('the role of a message is not "user", "assistant" or "system"');
  }
}

function malformed(reason: string): Fault {
  return new Fault('request-malformed', { reason });
}

/** A text counts as one block of text. */
function blocksOf(content: unknown, what: string): readonly JsonObject[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw malformed(`${what} is neither a text nor a list`);
  return content.map((block) => {
    if (!isObject(block)) throw malformed('a block is not an object');
    return block;
  });
}

/** Results of tools come first in a user's turn; they become a message of their own. */
function decodeUser(blocks: readonly JsonObject[], losses: Losses): readonly Message[] {
  const results = blocks.filter((block) => block.type === 'tool_result');
  const rest = blocks.filter((block) => block.type !== 'tool_result');
  const messages: Message[] = [];
  if (results.length > 0) messages.push({ role: 'tool', results: results.map((block) => decodeResult(block, losses)) });
  if (rest.length > 0 || results.length === 0) {
    messages.push({ role: 'user', parts: rest.map((block) => decodeUserPart(block, losses)) });
  }
  return messages;
}

function decodeUserPart(block: JsonObject, losses: Losses): UserPart {
  switch (block.type) {
    case 'text':
      return decodeText(block);
    case 'image':
    case 'document':
      return decodeMedia(block, losses) ?? decodeForeign(block);
    default:
      return decodeForeign(block);
  }
}

function decodeResult(block: JsonObject, losses: Losses): ToolResult {
  const id = textOf(block.tool_use_id);
  if (id === undefined || id === '') throw malformed('a tool result has no "tool_use_id"');
  return {
    id: Content.ofText(id),
    form: 'function',
    parts: blocksOf(block.content, 'the content of a tool result').flatMap((part) => decodeResultPart(part, losses)),
    isError: flagOf(block.is_error) ?? false,
    cache: cacheMarkOf(block),
  };
}

function decodeResultPart(block: JsonObject, losses: Losses): readonly (TextPart | MediaPart)[] {
  if (block.type === 'text') return [decodeText(block)];
  if (block.type === 'image' || block.type === 'document') {
    const media = decodeMedia(block, losses);
    if (media) return [media];
  }
  // A search result, a document in pieces: its words at least go along.
  losses.add('unknown_part');
  const pieces = block.type === 'document' ? fieldOf(block.source, 'content') : block.content;
  const texts = typeof pieces === 'string' ? [{ text: pieces }] : listOf(pieces);
  const words = texts.filter((piece) => typeof fieldOf(piece, 'text') === 'string');
  return words.map(decodeText);
}

function decodeAssistant(blocks: readonly JsonObject[], losses: Losses): readonly AssistantPart[] {
  const parts: AssistantPart[] = [];
  let callState: OpaqueState | undefined;
  for (const [at, block] of blocks.entries()) {
    switch (block.type) {
      case 'text':
        parts.push(decodeText(block));
        break;
      case 'thinking': {
        const part = decodeThinking(block);
        const isOfCall = part.text.byteLength === 0 && isSignatureOfOther(part.state);
        if (isOfCall && blocks[at + 1]?.type === 'tool_use') callState = part.state;
        else parts.push(part);
        break;
      }
      case 'redacted_thinking':
        addRedacted(parts, block);
        break;
      case 'tool_use':
        parts.push(decodeCall(block, callState, losses));
        callState = undefined;
        break;
      default:
        parts.push(decodeForeign(block));
    }
  }
  return parts;
}

/** Signatures of other families stand beside what they sign: before a tool call, after a text. */
function isSignatureOfOther(state: OpaqueState | undefined): boolean {
  return state !== undefined && state.family !== 'anthropic' && state.kind === 'signature';
}

function addRedacted(parts: AssistantPart[], block: JsonObject): void {
  const part = decodeRedacted(block);
  const before = parts.at(-1);
  if (isSignatureOfOther(part.state) && before?.kind === 'text' && before.state === undefined) {
    parts[parts.length - 1] = { ...before, state: part.state };
  } else parts.push(part);
}

function decodeCall(block: JsonObject, state: OpaqueState | undefined, losses: Losses): ToolCallPart {
  const call = decodeToolCall(block);
  if (call.id.byteLength === 0 || call.name.byteLength === 0) throw malformed('a tool call has no "id" or no "name"');
  const caller = fieldOf(block.caller, 'type');
  if (typeof caller === 'string' && caller !== 'direct') losses.add('hosted_tool');
  return { ...call, state };
}
