import { Content } from '#core/generation/content.ts';
import type { DroppableField } from '#core/generation/dropped.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type {
  CacheMark,
  ForeignPart,
  MediaPart,
  MediaSource,
  ReasoningPart,
  TextPart,
  ToolCallPart,
} from '#core/generation/parts.ts';
import { fieldOf, flagOf, isObject, listOf, textOf } from '../json-value.ts';
import { openState } from '../sealed-state.ts';
import { decodeCitation } from './citations.ts';

// Blocks that requests and replies have in common.

export type Losses = Set<DroppableField>;

export function cacheMarkOf(value: unknown): CacheMark | undefined {
  const mark = fieldOf(value, 'cache_control');
  if (!isObject(mark)) return undefined;
  return { ttl: mark.ttl === '5m' || mark.ttl === '1h' ? mark.ttl : undefined };
}

export function decodeText(block: unknown): TextPart {
  const text = textOf(fieldOf(block, 'text')) ?? '';
  const citations = listOf(fieldOf(block, 'citations')).map((item) => decodeCitation(item, text.length));
  return {
    kind: 'text',
    text: Content.ofText(text),
    citations: citations.length === 0 ? undefined : citations,
    cache: cacheMarkOf(block),
  };
}

/** Signed thinking; the state may be another family's, in a wrapping. An empty signature is none. */
export function decodeThinking(block: unknown): ReasoningPart {
  const state = stateOf(textOf(fieldOf(block, 'signature')), 'signature');
  return {
    kind: 'reasoning',
    text: Content.ofText(textOf(fieldOf(block, 'thinking')) ?? ''),
    isSummary: state?.kind === 'encrypted',
    state,
  };
}

export function decodeRedacted(block: unknown): ReasoningPart {
  const state = stateOf(textOf(fieldOf(block, 'data')), 'redacted');
  return { kind: 'reasoning', text: Content.ofText(''), isSummary: false, state };
}

/** What we put where the dialect wants a signature and the maker gave none is taken back here. */
function stateOf(text: string | undefined, kind: OpaqueState['kind']): OpaqueState | undefined {
  if (text === undefined || text === '') return undefined;
  const state = openState(text, { family: 'anthropic', kind });
  return state.family === 'other' && state.value.byteLength === 0 ? undefined : state;
}

export function decodeToolCall(block: unknown): ToolCallPart {
  const input = fieldOf(block, 'input');
  return {
    kind: 'tool-call',
    id: Content.ofText(textOf(fieldOf(block, 'id')) ?? ''),
    name: Content.ofText(textOf(fieldOf(block, 'name')) ?? ''),
    form: 'function',
    input: Content.ofText(JSON.stringify(input ?? {})),
    cache: cacheMarkOf(block),
  };
}

export function decodeForeign(block: unknown): ForeignPart {
  return { kind: 'foreign', family: 'anthropic', item: Content.ofJson(block) };
}

/** An image or a document; undefined when only its own family can read it. */
export function decodeMedia(block: unknown, losses: Losses): MediaPart | undefined {
  const source = fieldOf(block, 'source');
  const isImage = fieldOf(block, 'type') === 'image';
  const decoded = decodeSource(source);
  if (!decoded) return undefined;
  if (isImage && isObject(fieldOf(block, 'transformations'))) losses.add('unknown_field');
  if (flagOf(fieldOf(fieldOf(block, 'citations'), 'enabled')) === true) losses.add('citations');
  if (textOf(fieldOf(block, 'context'))) losses.add('unknown_field');
  const title = textOf(fieldOf(block, 'title'));
  return {
    kind: 'media',
    medium: isImage ? 'image' : 'document',
    source: decoded,
    mediaType: textOf(fieldOf(source, 'media_type')),
    name: title === undefined ? undefined : Content.ofText(title),
    cache: cacheMarkOf(block),
  };
}

function decodeSource(source: unknown): MediaSource | undefined {
  switch (fieldOf(source, 'type')) {
    case 'base64':
      return { kind: 'inline', data: contentOf(source, 'data') };
    case 'url':
      return { kind: 'url', url: contentOf(source, 'url') };
    case 'text':
      return { kind: 'text', text: contentOf(source, 'data') };
    case 'file':
      return { kind: 'file', id: contentOf(source, 'file_id'), family: 'anthropic' };
    default:
      return undefined;
  }
}

function contentOf(source: unknown, name: string): Content {
  return Content.ofText(textOf(fieldOf(source, name)) ?? '');
}
