import type { DroppableField } from '#core/generation/dropped.ts';
import { Fault } from '#core/generation/fault.ts';
import type { MediaPart, TextPart } from '#core/generation/parts.ts';

type Drop = (field: DroppableField) => void;

/** Parts of a user, or of a tool's result. */
export function encodeParts(parts: readonly (TextPart | MediaPart)[], drop: Drop): readonly object[] {
  return parts.flatMap((part): readonly object[] => {
    if (part.cache) drop('cache_control');
    if (part.state) drop('reasoning_state');
    if (part.kind === 'text') return [{ type: 'input_text', text: part.text.revealText('translate') }];
    return encodeMedia(part, drop);
  });
}

function encodeMedia(part: MediaPart, drop: Drop): readonly object[] {
  switch (part.medium) {
    case 'image':
      return encodeImage(part);
    case 'document':
      return encodeFile(part);
    case 'audio':
      return encodeAudio(part, drop);
    case 'video':
      drop('input_video');
      return [];
  }
}

function encodeImage(part: MediaPart): readonly object[] {
  const rest = { detail: part.detail ?? 'auto' };
  switch (part.source.kind) {
    case 'inline':
      return [{ type: 'input_image', image_url: dataUrl(part, 'image/png'), ...rest }];
    case 'url':
      return [{ type: 'input_image', image_url: part.source.url.revealText('translate'), ...rest }];
    case 'file':
      return [{ type: 'input_image', file_id: storedId(part), ...rest }];
    case 'text':
      return [{ type: 'input_text', text: part.source.text.revealText('translate') }];
  }
}

/** It wants a name beside data; a document that is plain text goes as text. */
function encodeFile(part: MediaPart): readonly object[] {
  const name = part.name?.revealText('translate');
  switch (part.source.kind) {
    case 'inline':
      return [{ type: 'input_file', filename: name ?? 'document.pdf', file_data: dataUrl(part, 'application/pdf') }];
    case 'url':
      return [{ type: 'input_file', file_url: part.source.url.revealText('translate') }];
    case 'file':
      return [{ type: 'input_file', file_id: storedId(part) }];
    case 'text': {
      const text = part.source.text.revealText('translate');
      return [{ type: 'input_text', text: name === undefined ? text : `${name}\n\n${text}` }];
    }
  }
}

/** Not every upstream takes it; whoever does not says so, which is better than an answer to half a question. */
function encodeAudio(part: MediaPart, drop: Drop): readonly object[] {
  if (part.source.kind !== 'inline') {
    drop('input_audio');
    return [];
  }
  const format = part.mediaType === 'audio/mpeg' || part.mediaType === 'audio/mp3' ? 'mp3' : 'wav';
  return [{ type: 'input_audio', input_audio: { data: part.source.data.revealText('translate'), format } }];
}

function dataUrl({ source, mediaType }: MediaPart, usual: string): string {
  const data = source.kind === 'inline' ? source.data.revealText('translate') : '';
  return `data:${mediaType ?? usual};base64,${data}`;
}

function storedId({ source }: MediaPart): string {
  if (source.kind === 'file' && source.family === 'openai') return source.id.revealText('translate');
  throw new Fault('request-malformed', {
    reason: 'a stored file of another upstream cannot be sent to this one',
  });
}
