import { Buffer } from 'node:buffer';
import { Content } from '#core/generation/content.ts';
import type { MediaPart, MediaSource, Medium } from '#core/generation/parts.ts';
import { textOf } from '../json-value.ts';
import { memberOf } from './field-names.ts';

/** The medium of a part with `inlineData` or `fileData`; undefined for a part that has neither. */
export function decodeMedia(part: unknown): MediaPart | undefined {
  const blob = memberOf(part, 'inlineData');
  const file = memberOf(part, 'fileData');
  const data = textOf(memberOf(blob, 'data'));
  const uri = textOf(memberOf(file, 'fileUri'));
  if (data === undefined && uri === undefined) return undefined;
  const holder = data === undefined ? file : blob;
  const mediaType = textOf(memberOf(holder, 'mimeType'))?.toLowerCase();
  const name = textOf(memberOf(holder, 'displayName'));
  return {
    kind: 'media',
    medium: mediumOf(mediaType, uri),
    source: data === undefined ? sourceOfUri(uri ?? '') : sourceOfData(data, mediaType),
    mediaType,
    name: name === undefined ? undefined : Content.ofText(name),
    detail: detailOf(memberOf(part, 'mediaResolution')),
  };
}

function mediumOf(mediaType: string | undefined, uri = ''): Medium {
  const kind = mediaType?.split('/')[0];
  if (kind === 'image' || kind === 'audio' || kind === 'video') return kind;
  // An address of YouTube needs no type.
  return mediaType === undefined && /^https:\/\/(?:www\.)?youtu(?:\.be|be\.com)\//.test(uri) ? 'video' : 'document';
}

function sourceOfData(data: string, mediaType: string | undefined): MediaSource {
  // Google's JSON takes both alphabets of base64; others take the standard one.
  const standard = data.replaceAll('-', '+').replaceAll('_', '/');
  if (mediaType !== 'text/plain') return { kind: 'inline', data: Content.ofText(standard) };
  return { kind: 'text', text: Content.ofText(Buffer.from(standard, 'base64').toString('utf8')) };
}

/** Google's own stores mean nothing to others; any other address may be read by whoever reads addresses. */
function sourceOfUri(uri: string): MediaSource {
  const isPublic = /^https?:\/\//.test(uri) && !uri.startsWith('https://generativelanguage.googleapis.com/');
  if (isPublic) return { kind: 'url', url: Content.ofText(uri) };
  return { kind: 'file', id: Content.ofText(uri), family: 'google' };
}

function detailOf(resolution: unknown): MediaPart['detail'] {
  switch (textOf(memberOf(resolution, 'level')) ?? textOf(resolution)) {
    case 'MEDIA_RESOLUTION_LOW':
      return 'low';
    case 'MEDIA_RESOLUTION_MEDIUM':
      return 'auto';
    case 'MEDIA_RESOLUTION_HIGH':
      return 'high';
    case 'MEDIA_RESOLUTION_ULTRA_HIGH':
      return 'original';
    default:
      return undefined;
  }
}
