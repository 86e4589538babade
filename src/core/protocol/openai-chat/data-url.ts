import { Buffer } from 'node:buffer';
import { Content } from '#core/generation/content.ts';
import type { MediaSource } from '#core/generation/parts.ts';

export type SourceOfUrl = { readonly source: MediaSource; readonly mediaType: string | undefined };

/** A `data:` URL is the medium itself; any other is passed on and never fetched. */
export function decodeUrl(url: string): SourceOfUrl {
  const head = /^data:([^,;]*)((?:;[^,;]*)*?)(;base64)?,/i.exec(url);
  if (!head) return { source: { kind: 'url', url: Content.ofText(url) }, mediaType: undefined };
  const mediaType = head[1] === '' ? undefined : head[1]?.toLowerCase();
  const data = url.slice(head[0].length);
  const base64 = head[3] === undefined ? Buffer.from(unescaped(data)).toString('base64') : data;
  return { source: { kind: 'inline', data: Content.ofText(base64) }, mediaType };
}

export function encodeDataUrl(data: Content, mediaType: string): string {
  return `data:${mediaType};base64,${data.revealText('translate')}`;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const audioFormats = { mp3: 'audio/mpeg', pcm16: 'audio/L16' } as const;

/** `input_audio.format` → media type: `wav` → `audio/wav`. */
export function audioType(format: string | undefined): string | undefined {
  if (format === undefined || !/^[\w-]{1,32}$/.test(format)) return undefined;
  return format === 'mp3' || format === 'pcm16' ? audioFormats[format] : `audio/${format}`;
}

export function audioFormat(mediaType: string | undefined): string {
  for (const [format, type] of Object.entries(audioFormats)) {
    if (type === mediaType) return format;
  }
  return mediaType?.replace(/^audio\/(x-)?/, '') ?? 'wav';
}
