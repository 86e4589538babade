import { Buffer } from 'node:buffer';
import type { DroppableField } from '#core/generation/dropped.ts';
import { Fault } from '#core/generation/fault.ts';
import type { MediaPart } from '#core/generation/parts.ts';
import type { JsonObject } from '../json-value.ts';

/** A block of Converse; undefined, and reported, where it has none: it takes bytes alone, no addresses. */
export function encodeMedia(part: MediaPart, losses: Set<DroppableField>): JsonObject | undefined {
  if (part.detail !== undefined && part.detail !== 'auto') losses.add('image_detail');
  if (part.source.kind === 'file') {
    throw new Fault('request-malformed', { reason: 'a stored file of another upstream cannot be sent to this one' });
  }
  const block = blockOf(part);
  if (!block) losses.add(part.medium === 'document' ? 'document' : `input_${part.medium}`);
  return block;
}

const formats = {
  image: { 'image/png': 'png', 'image/jpeg': 'jpeg', 'image/jpg': 'jpeg', 'image/gif': 'gif', 'image/webp': 'webp' },
  video: {
    'video/mp4': 'mp4',
    'video/quicktime': 'mov',
    'video/webm': 'webm',
    'video/x-matroska': 'mkv',
    'video/mpeg': 'mpeg',
  },
  document: {
    'application/pdf': 'pdf',
    'text/csv': 'csv',
    'text/html': 'html',
    'text/markdown': 'md',
    'text/plain': 'txt',
    'application/msword': 'doc',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
    'application/vnd.ms-excel': 'xls',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  },
  audio: {},
} as const satisfies Record<MediaPart['medium'], Readonly<Record<string, string>>>;

/** The first bytes of files whose type nobody said, in base64. */
const beginnings = [
  ['/9j/', 'image/jpeg'],
  ['iVBOR', 'image/png'],
  ['R0lG', 'image/gif'],
  ['UklG', 'image/webp'],
  ['JVBERi', 'application/pdf'],
] as const;

function blockOf({ medium, source, mediaType, name }: MediaPart): JsonObject | undefined {
  if (source.kind !== 'inline' && source.kind !== 'text') return undefined;
  const bytes =
    source.kind === 'text'
      ? Buffer.from(source.text.revealText('translate'), 'utf8').toString('base64')
      : source.data.revealText('translate');
  const begins = beginnings.find(([start]) => bytes.startsWith(start))?.[1];
  const type = mediaType?.toLowerCase() ?? (source.kind === 'text' ? 'text/plain' : begins) ?? '';
  const known: Readonly<Record<string, string>> = formats[medium];
  const format = Object.hasOwn(known, type) ? known[type] : textFormat(medium, type);
  if (format === undefined) return undefined;
  const block = { format, source: { bytes } };
  if (medium !== 'document') return { [medium]: block };
  return { document: { ...block, name: documentName(name?.revealText('translate')) } };
}

function textFormat(medium: MediaPart['medium'], type: string): string | undefined {
  return medium === 'document' && (type.startsWith('text/') || type === 'application/json') ? 'txt' : undefined;
}

/** Required there, of few kinds of letters; a neutral one is what AWS advises. */
function documentName(name: string | undefined): string {
  const cleaned = (name ?? '')
    .replace(/[^A-Za-z0-9 ()[\]-]+/g, '-')
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, 200);
  return cleaned === '' ? 'document' : cleaned;
}
