import type { Content } from '#core/generation/content.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { AssistantPart, Citation } from '#core/generation/parts.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import { sealState } from '../sealed-state.ts';
import { argumentsOf } from './call-arguments.ts';
import { toBytes } from './citations.ts';
import { mediaTypeOf } from './media-type.ts';

// Parts of an answer as a caller of this dialect reads them.

export function textPart(text: Content | string, state?: OpaqueState): JsonObject {
  return { text: typeof text === 'string' ? text : text.revealText('translate'), ...signatureOf(state) };
}

export function thoughtPart(text: Content | string, state?: OpaqueState): JsonObject {
  return { ...textPart(text), thought: true, ...signatureOf(state) };
}

type Call = Pick<Extract<AssistantPart, { kind: 'tool-call' }>, 'id' | 'name' | 'form' | 'state'>;

export function callPart({ id, name, form, state }: Call, input: string): JsonObject {
  const functionCall = {
    id: id.revealText('translate'),
    name: name.revealText('translate'),
    args: argumentsOf(form, input),
  };
  return { functionCall, ...signatureOf(state) };
}

type Blob = Pick<Extract<AssistantPart, { kind: 'media' }>, 'medium' | 'mediaType' | 'state'>;

export function mediaPart({ medium, mediaType, state }: Blob, base64: Content): JsonObject {
  const data = base64.revealText('translate');
  return { inlineData: { mimeType: mediaType ?? mediaTypeOf(medium, data), data }, ...signatureOf(state) };
}

/** State that stands beside nothing. Only reasoning is proved by families other than Google. */
export function statePart(state: OpaqueState, beside: 'text' | 'reasoning' | undefined): JsonObject {
  const isThought = beside === 'reasoning' || (beside === undefined && state.family !== 'google');
  return isThought ? thoughtPart('', state) : textPart('', state);
}

/** Only Google's own items mean anything to Google's callers. */
export function foreignPart(family: OpaqueState['family'], item: Content): JsonObject | undefined {
  const value = item.revealJson('translate');
  return family === 'google' && isObject(value) ? value : undefined;
}

function signatureOf(state: OpaqueState | undefined): { thoughtSignature: string } | undefined {
  return state && { thoughtSignature: sealState(state, 'google') };
}

export type PlacedSource = { readonly citation: Citation; readonly text: string; readonly partIndex: number };

/** Sources as Google tells them: a list of pages, and which words lean on which of them. */
export function groundingOf(sources: readonly PlacedSource[]) {
  const groundingChunks: unknown[] = [];
  const placeOfChunk = new Map<string, number>();
  const supports = new Map<string, { readonly segment: JsonObject; readonly groundingChunkIndices: number[] }>();
  for (const source of sources) {
    const chunk = chunkOf(source.citation);
    const key = JSON.stringify(chunk);
    const place = placeOfChunk.get(key) ?? groundingChunks.push(chunk) - 1;
    placeOfChunk.set(key, place);
    const segment = segmentOf(source);
    if (segment === undefined) continue;
    const words = JSON.stringify(segment);
    const support = supports.get(words) ?? { segment, groundingChunkIndices: [] };
    support.groundingChunkIndices.push(place);
    supports.set(words, support);
  }
  return { groundingChunks, groundingSupports: [...supports.values()] };
}

function segmentOf({ citation, text, partIndex }: PlacedSource): JsonObject | undefined {
  const { start, end } = citation;
  if (start === undefined || end === undefined) return undefined;
  return {
    ...(partIndex > 0 ? { partIndex } : {}),
    startIndex: toBytes(text, start),
    endIndex: toBytes(text, end),
    text: text.slice(start, end),
  };
}

function chunkOf(citation: Citation): unknown {
  const item = citation.item.revealJson('translate');
  const isChunk =
    isObject(item) && ['web', 'retrievedContext', 'maps', 'image'].some((name) => Object.hasOwn(item, name));
  if (citation.family === 'google' && isChunk) return item;
  const uri = citation.url?.revealText('translate');
  const title = citation.title?.revealText('translate');
  return { web: { ...(uri === undefined ? {} : { uri }), ...(title === undefined ? {} : { title }) } };
}
