import { Content } from '#core/generation/content.ts';
import type { MediaPart, MediaSource, Medium } from '#core/generation/parts.ts';
import { fieldOf, textOf } from '../json-value.ts';
import { contentOf } from './tool-names.ts';

/** An image, a file or audio among a caller's parts; undefined when it holds none. */
export function decodeMedia(part: unknown): MediaPart | undefined {
  switch (fieldOf(part, 'type')) {
    case 'input_image':
    case 'computer_screenshot':
      return decodeImage(part);
    case 'input_file':
      return decodeFile(part);
    case 'input_audio':
      return decodeAudio(part);
    default:
      return undefined;
  }
}

/** `data:<type>;base64,<data>` or an address. */
function sourceOf(url: string): Pick<MediaPart, 'source' | 'mediaType'> {
  const inline = /^data:([^;,]*)[^,]*;base64,/.exec(url.slice(0, 256));
  if (!inline) return { source: { kind: 'url', url: Content.ofText(url) }, mediaType: undefined };
  const data = Content.ofText(url.slice(inline[0].length));
  return { source: { kind: 'inline', data }, mediaType: inline[1] === '' ? undefined : inline[1] };
}

function stored(id: string): Pick<MediaPart, 'source' | 'mediaType'> {
  const source: MediaSource = { kind: 'file', id: Content.ofText(id), family: 'openai' };
  return { source, mediaType: undefined };
}

function decodeImage(part: unknown): MediaPart | undefined {
  const url = textOf(fieldOf(part, 'image_url'));
  const id = textOf(fieldOf(part, 'file_id'));
  const found = url !== undefined ? sourceOf(url) : id !== undefined ? stored(id) : undefined;
  return found && { kind: 'media', medium: 'image', ...found, detail: detailOf(part) };
}

function detailOf(part: unknown): MediaPart['detail'] {
  const detail = fieldOf(part, 'detail');
  return detail === 'auto' || detail === 'low' || detail === 'high' || detail === 'original' ? detail : undefined;
}

/** Its data is a data URL, but some clients send bare base64 of a PDF. */
function decodeFile(part: unknown): MediaPart | undefined {
  const data = textOf(fieldOf(part, 'file_data'));
  const url = textOf(fieldOf(part, 'file_url'));
  const id = textOf(fieldOf(part, 'file_id'));
  const name = contentOf(fieldOf(part, 'filename'));
  if (data?.startsWith('data:')) return document(sourceOf(data), name);
  if (data !== undefined) {
    const source: MediaSource = { kind: 'inline', data: Content.ofText(data) };
    return document({ source, mediaType: 'application/pdf' }, name);
  }
  if (url !== undefined) return document(sourceOf(url), name);
  return id === undefined ? undefined : document(stored(id), name);
}

function document(found: Pick<MediaPart, 'source' | 'mediaType'>, name: Content | undefined): MediaPart {
  return { kind: 'media', medium: mediumOf(found.mediaType), ...found, name };
}

function mediumOf(mediaType: string | undefined): Medium {
  return mediaType?.startsWith('image/') ? 'image' : 'document';
}

function decodeAudio(part: unknown): MediaPart | undefined {
  const audio = fieldOf(part, 'input_audio');
  const data = textOf(fieldOf(audio, 'data'));
  if (data === undefined) return undefined;
  const mediaType = fieldOf(audio, 'format') === 'mp3' ? 'audio/mpeg' : 'audio/wav';
  return { kind: 'media', medium: 'audio', source: { kind: 'inline', data: Content.ofText(data) }, mediaType };
}
