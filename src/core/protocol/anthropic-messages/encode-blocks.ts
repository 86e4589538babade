import { Content } from '#core/generation/content.ts';
import type { OpaqueState, StateFamily } from '#core/generation/opaque-state.ts';
import type { AssistantPart, MediaPart, ReasoningPart, TextPart, ToolCallPart } from '#core/generation/parts.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import { sealState } from '../sealed-state.ts';
import { encodeCitation } from './citations.ts';
import { toolInputOf } from './tool-input.ts';

// Blocks as a caller gets them, with every field that the dialect requires.

export function textBlock(text: string, citations: readonly unknown[] = []): JsonObject {
  return { type: 'text', text, citations: citations.length === 0 ? null : citations };
}

export function thinkingBlock(thinking: string, signature: string): JsonObject {
  return { type: 'thinking', thinking, signature };
}

export function callBlock(call: Pick<ToolCallPart, 'id' | 'name'>, input: JsonObject): JsonObject {
  const id = call.id.revealText('translate');
  const name = call.name.revealText('translate');
  return { type: 'tool_use', id, name, input, caller: { type: 'direct' } };
}

const unsigned: OpaqueState = { family: 'other', kind: 'signature', value: Content.ofText('') };

/**
 * The signature of a thinking block. Reasoning that its maker did not sign gets a wrapping with nothing in it: an empty
 * signature would come back, and Anthropic's models refuse it; this one is taken out again on the way to them.
 */
export function signatureOf(state: OpaqueState | undefined): string {
  return sealState(state ?? unsigned, 'anthropic');
}

/**
 * State that stands alone. Anthropic's redacted thinking and another family's signature of the text before it are
 * redacted blocks; all else is a thinking block without text.
 */
export function stateBlock(state: OpaqueState): JsonObject {
  const isRedacted = state.family === 'anthropic' ? state.kind === 'redacted' : state.kind === 'signature';
  if (isRedacted) return { type: 'redacted_thinking', data: sealState(state, 'anthropic') };
  return thinkingBlock('', signatureOf(state));
}

export function isRedacted({ family, kind }: OpaqueState): boolean {
  return family === 'anthropic' && kind === 'redacted';
}

/** A model that was asked in this dialect has no block for an image that it made: a link in Markdown holds it. */
export function mediaText({ medium, mediaType, source }: Pick<MediaPart, 'medium' | 'mediaType' | 'source'>): string {
  if (medium === 'image' && source.kind === 'inline') {
    return `![image](data:${mediaType ?? 'image/png'};base64,${source.data.revealText('translate')})`;
  }
  if (source.kind === 'url') return `[${medium}](${source.url.revealText('translate')})`;
  return `[The model answered with a piece of ${medium}, which this API cannot carry.]`;
}

const calledBlocks = new Set<unknown>(['server_tool_use', 'web_search_tool_result', 'web_fetch_tool_result']);

/** A block of Anthropic's own, as it was; older upstreams leave out who called the tool. */
export function foreignBlock(family: StateFamily, content: Content): JsonObject | undefined {
  const item = content.revealJson('translate');
  if (family !== 'anthropic' || !isObject(item)) return undefined;
  return calledBlocks.has(item.type) && item.caller === undefined ? { ...item, caller: { type: 'direct' } } : item;
}

export function encodeParts(parts: readonly AssistantPart[]): readonly JsonObject[] {
  return parts.flatMap(encodePart);
}

function encodePart(part: AssistantPart): readonly JsonObject[] {
  switch (part.kind) {
    case 'text':
      return encodeText(part);
    case 'refusal':
      return [textBlock(part.text.revealText('translate'))];
    case 'reasoning':
      return encodeReasoning(part);
    case 'tool-call': {
      const call = callBlock(part, toolInputOf(part));
      return part.state ? [thinkingBlock('', signatureOf(part.state)), call] : [call];
    }
    case 'media':
      return [textBlock(mediaText(part)), ...(part.state ? [stateBlock(part.state)] : [])];
    case 'foreign': {
      const block = foreignBlock(part.family, part.item);
      return block ? [block] : [];
    }
  }
}

function encodeText({ text, citations = [], state }: TextPart): readonly JsonObject[] {
  const encoded = citations.map(encodeCitation).filter((citation) => citation !== undefined);
  const block = textBlock(text.revealText('translate'), encoded);
  return state ? [block, stateBlock(state)] : [block];
}

function encodeReasoning({ text, state }: ReasoningPart): readonly JsonObject[] {
  if (text.byteLength === 0) return state ? [stateBlock(state)] : [];
  const thinking = text.revealText('translate');
  if (state && isRedacted(state)) return [thinkingBlock(thinking, signatureOf(undefined)), stateBlock(state)];
  return [thinkingBlock(thinking, signatureOf(state))];
}
