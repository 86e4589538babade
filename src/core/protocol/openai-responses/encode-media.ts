import type { DroppableField } from '#core/generation/dropped.ts';
import { Fault } from '#core/generation/fault.ts';
import type { MediaPart, TextPart } from '#core/generation/parts.ts';

type Drop = (field: DroppableField) => void;

/** What is left of a message whose media this API cannot carry: it refuses one without content. */
const nothingLeft = { type: 'input_text', text: '(no message)' } as const;

/** A message's parts; something stands for those of which none could be kept. */
export function encodeMessageParts(parts: readonly (TextPart | MediaPart)[], drop: Drop): readonly object[] {
  const content = encodeParts(parts, drop);
  return content.length === 0 && parts.length > 0 ? [nothingLeft] : content;
}

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
    case 'video':
      // It takes neither: https://platform.openai.com/docs/api-reference/responses/create
      drop(`input_${part.medium}`);
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
