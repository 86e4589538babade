import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import type { MediaPart } from '#core/generation/parts.ts';
import type { JsonObject } from '../json-value.ts';
import type { Losses } from './decode-blocks.ts';

const imageTypes = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/** A block without its cache mark; undefined, and reported, where the dialect has none for it. */
export function encodeMedia(part: MediaPart, losses: Losses): JsonObject | undefined {
  if (part.detail !== undefined && part.detail !== 'auto') losses.add('image_detail');
  const block = blockOf(part);
  if (!block) losses.add(part.medium === 'document' ? 'document' : `input_${part.medium}`);
  return block;
}

function blockOf(part: MediaPart): JsonObject | undefined {
  if (part.medium === 'audio' || part.medium === 'video') return undefined;
  const source = part.medium === 'image' ? imageSource(part) : documentSource(part);
  if (!source || part.medium === 'image') return source && { type: 'image', source };
  const title = part.name?.revealText('translate');
  return { type: 'document', source, ...(title ? { title } : {}) };
}

function imageSource(part: MediaPart): JsonObject | undefined {
  if (part.source.kind !== 'inline') return storedSource(part);
  const data = part.source.data.revealText('translate');
  const type = imageTypeOf(part.mediaType, data);
  return type === undefined ? undefined : { type: 'base64', media_type: type, data };
}

/** The first bytes of the four formats, in base64. */
const beginnings = [
  ['/9j/', 'image/jpeg'],
  ['iVBOR', 'image/png'],
  ['R0lG', 'image/gif'],
  ['UklG', 'image/webp'],
] as const;

function imageTypeOf(said: string | undefined, data: string): string | undefined {
  const type = said?.toLowerCase() === 'image/jpg' ? 'image/jpeg' : said?.toLowerCase();
  if (type !== undefined && imageTypes.has(type)) return type;
  const isUnclear = type === undefined || type === 'application/octet-stream' || type === 'image/*';
  return isUnclear ? beginnings.find(([start]) => data.startsWith(start))?.[1] : undefined;
}

function documentSource(part: MediaPart): JsonObject | undefined {
  const { source, mediaType } = part;
  if (source.kind === 'text') return textSource(source.text.revealText('translate'));
  if (source.kind !== 'inline') return storedSource(part);
  const data = source.data.revealText('translate');
  const isPdf = mediaType === 'application/pdf' || (mediaType === undefined && data.startsWith('JVBERi'));
  if (isPdf) return { type: 'base64', media_type: 'application/pdf', data };
  const isText = mediaType?.startsWith('text/') === true || mediaType === 'application/json';
  return isText ? textSource(Buffer.from(data, 'base64').toString('utf8')) : undefined;
}

function textSource(data: string): JsonObject {
  return { type: 'text', media_type: 'text/plain', data };
}

function storedSource({ source }: MediaPart): JsonObject | undefined {
  switch (source.kind) {
    case 'url':
      return { type: 'url', url: source.url.revealText('translate') };
    case 'file':
      if (source.family === 'anthropic') return { type: 'file', file_id: source.id.revealText('translate') };
      throw new Fault('request-malformed', { reason: 'a stored file of another upstream cannot be sent to this one' });
    case 'inline':
    case 'text':
      return undefined;
  }
}
