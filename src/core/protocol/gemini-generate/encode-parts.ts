import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { AssistantPart, MediaPart, UserPart } from '#core/generation/parts.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import { argumentsOf } from './call-arguments.ts';
import type { Losses } from './losses.ts';
import { mediaTypeOf, mediaTypeOfUrl } from './media-type.ts';
import type { ToolNames } from './tool-names.ts';

export type GeminiPart = JsonObject;

export type PartWork = { readonly losses: Losses; readonly names: ToolNames };

export function encodeUserPart(part: UserPart, work: PartWork): readonly GeminiPart[] {
  switch (part.kind) {
    case 'text':
      if (part.cache) work.losses.add('cache_control');
      return part.text.byteLength > 0 ? [{ text: part.text.revealText('translate') }] : [];
    case 'media':
      return [encodeMedia(part, work)];
    case 'foreign':
      return foreignParts(part, work);
  }
}

export function encodeModelPart(part: AssistantPart, work: PartWork): readonly GeminiPart[] {
  switch (part.kind) {
    case 'text': {
      if (part.cache) work.losses.add('cache_control');
      if (part.citations && part.citations.length > 0) work.losses.add('citations');
      const signature = signatureOf(part.state, work);
      if (part.text.byteLength === 0 && signature === undefined) return [];
      return [{ text: part.text.revealText('translate'), ...signature }];
    }
    case 'reasoning': {
      const signature = signatureOf(part.state, work);
      if (part.text.byteLength === 0 && signature === undefined) return [];
      return [{ text: part.text.revealText('translate'), thought: true, ...signature }];
    }
    case 'refusal':
      work.losses.add('refusal');
      return part.text.byteLength > 0 ? [{ text: part.text.revealText('translate') }] : [];
    case 'tool-call': {
      if (part.cache) work.losses.add('cache_control');
      const functionCall = {
        id: part.id.revealText('translate'),
        name: work.names.toGoogle(part.name.revealText('translate')),
        args: argumentsOf(part.form, part.input.revealText('translate')),
      };
      return [{ functionCall, ...signatureOf(part.state, work) }];
    }
    case 'media':
      return [{ ...encodeMedia(part, work), ...signatureOf(part.state, work) }];
    case 'foreign':
      return foreignParts(part, work);
  }
}

/** Google's own signatures go back to it; others are none of its business. */
function signatureOf(state: OpaqueState | undefined, { losses }: PartWork): { thoughtSignature: string } | undefined {
  if (!state) return undefined;
  if (state.family === 'google') return { thoughtSignature: state.value.revealText('translate') };
  losses.add('reasoning_state');
  return undefined;
}

function foreignParts(
  { family, item }: Extract<UserPart, { kind: 'foreign' }>,
  { losses }: PartWork,
): readonly GeminiPart[] {
  const value = item.revealJson('translate');
  if (family === 'google' && isObject(value)) return [value];
  losses.add('unknown_part');
  return [];
}

export function encodeMedia(part: MediaPart, { losses }: Pick<PartWork, 'losses'>): GeminiPart {
  const { source, mediaType, medium } = part;
  if (part.cache) losses.add('cache_control');
  if (part.detail && part.detail !== 'auto') losses.add('image_detail');
  switch (source.kind) {
    case 'inline': {
      const data = source.data.revealText('translate');
      return { inlineData: { mimeType: mediaType ?? mediaTypeOf(medium, data), data } };
    }
    case 'text':
      return {
        inlineData: { mimeType: 'text/plain', data: base64Of(titled(part, source.text.revealText('translate'))) },
      };
    case 'url': {
      const fileUri = source.url.revealText('translate');
      const mimeType = mediaType ?? mediaTypeOfUrl(medium, fileUri);
      return { fileData: { fileUri, mimeType } };
    }
    case 'file':
      if (source.family !== 'google') {
        throw new Fault('request-malformed', {
          reason: 'a stored file of another upstream cannot be sent to this one',
        });
      }
      return {
        fileData: {
          fileUri: source.id.revealText('translate'),
          ...(mediaType === undefined ? {} : { mimeType: mediaType }),
        },
      };
  }
}

/** A text's title has no field of its own here. */
function titled({ name }: MediaPart, text: string): string {
  return name ? `${name.revealText('translate')}\n\n${text}` : text;
}

function base64Of(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
