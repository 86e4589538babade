import { Content } from '#core/generation/content.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { AssistantPart, MediaPart, UserPart } from '#core/generation/parts.ts';
import { isObject, type JsonObject, textOf } from '../json-value.ts';
import { isForeignState, openState } from '../sealed-state.ts';
import { decodeMedia } from './decode-media.ts';
import { memberOf, toCamel } from './field-names.ts';
import type { Losses } from './losses.ts';
import { isUnsignedMark } from './model-quirks.ts';

export function decodeUserPart(part: unknown, losses: Losses): UserPart | undefined {
  if (typeof part === 'string') return { kind: 'text', text: Content.ofText(part) };
  if (!isObject(part)) return undefined;
  const text = textOf(memberOf(part, 'text'));
  if (text !== undefined) {
    noteUnknown(part, losses);
    return { kind: 'text', text: Content.ofText(text) };
  }
  return mediaOf(part, losses) ?? foreignOf(part);
}

/** `id` is the call's, where the part is one. */
export function decodeModelPart(part: unknown, id: Content | undefined, losses: Losses): AssistantPart | undefined {
  if (typeof part === 'string') return { kind: 'text', text: Content.ofText(part) };
  if (!isObject(part)) return undefined;
  const state = stateOf(part);
  const text = textOf(memberOf(part, 'text'));
  const isThought = memberOf(part, 'thought') === true;
  if (isThought && (text !== undefined || (state && !hasData(part)))) {
    noteUnknown(part, losses);
    return { kind: 'reasoning', text: Content.ofText(text ?? ''), isSummary: isSummaryOf(state), state };
  }
  if (text !== undefined || (state && !hasData(part))) {
    noteUnknown(part, losses);
    return { kind: 'text', text: Content.ofText(text ?? ''), state };
  }
  const call = memberOf(part, 'functionCall');
  if (id !== undefined && isObject(call)) {
    const name = Content.ofText(textOf(memberOf(call, 'name')) ?? '');
    const input = Content.ofText(JSON.stringify(memberOf(call, 'args') ?? {}));
    return { kind: 'tool-call', id, name, form: 'function', input, state };
  }
  const media = mediaOf(part, losses);
  return media ? { ...media, state } : foreignOf(part);
}

/** What Google shows of its thoughts is a summary; a wrapped signature vouches for the reasoning itself. */
function isSummaryOf(state: OpaqueState | undefined): boolean {
  return state === undefined || state.family === 'google' || state.kind === 'encrypted';
}

export function stateOf(part: JsonObject): OpaqueState | undefined {
  const signature = textOf(memberOf(part, 'thoughtSignature'));
  if (signature === undefined || signature === '' || isUnsignedMark(signature)) return undefined;
  return openState(signature, { family: 'google', kind: 'signature' });
}

const aboutData: ReadonlySet<string> = new Set([
  'thought',
  'thoughtSignature',
  'partMetadata',
  'videoMetadata',
  'text',
]);

/** Something that is neither a text nor said about one. */
function hasData(part: JsonObject): boolean {
  return Object.entries(part).some(([key, value]) => value !== null && !aboutData.has(toCamel(key)));
}

function mediaOf(part: JsonObject, losses: Losses): MediaPart | undefined {
  const media = decodeMedia(part);
  if (media) noteUnknown(part, losses);
  return media;
}

/** Code that Google ran, calls of its own tools …: kept whole, but for state that it could not read. */
function foreignOf(part: JsonObject): Extract<UserPart, { kind: 'foreign' }> | undefined {
  if (Object.keys(part).length === 0) return undefined;
  const own = Object.entries(part).filter(([key, value]) => {
    return toCamel(key) !== 'thoughtSignature' || typeof value !== 'string' || !isForeignState(value, 'google');
  });
  return { kind: 'foreign', family: 'google', item: Content.ofJson(Object.fromEntries(own)) };
}

const knownOfPart: ReadonlySet<string> = new Set([
  'text',
  'thought',
  'thoughtSignature',
  'inlineData',
  'fileData',
  'mediaResolution',
]);

function noteUnknown(part: JsonObject, losses: Losses): void {
  for (const [key, value] of Object.entries(part)) {
    if (value !== null && !knownOfPart.has(toCamel(key))) losses.add('unknown_field');
  }
}
