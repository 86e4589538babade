import type { DroppableField } from '#core/generation/dropped.ts';
import { Fault } from '#core/generation/fault.ts';
import type { Citation, MediaPart, TextPart } from '#core/generation/parts.ts';
import { audioFormat, encodeDataUrl } from './data-url.ts';
import type { Losses } from './decode-parts.ts';
import type { Feature, Quirks } from './quirks.ts';
import type { ToolNames } from './upstream-names.ts';

export type EncodeAbout = { readonly quirks: Quirks; readonly losses: Losses; readonly names: ToolNames };

/** One text as it is, where nothing more is to be said; else a list. */
export function encodeContent(
  parts: readonly (TextPart | MediaPart)[],
  about: EncodeAbout,
): string | readonly object[] {
  const texts = parts.flatMap((part) => (part.kind === 'text' ? [part] : []));
  const keepsMarks = about.quirks.takes.has('cache_control') && texts.some(({ cache }) => cache !== undefined);
  if (texts.length === parts.length && !keepsMarks && (texts.length < 2 || !about.quirks.takes.has('text_parts'))) {
    if (texts.some(({ cache }) => cache !== undefined)) about.losses.add('cache_control');
    return texts.map(({ text }) => text.revealText('translate')).join('\n\n');
  }
  const encoded = parts.flatMap((part) => encodePart(part, about));
  // A list of nothing is refused.
  return encoded.length > 0 ? encoded : nothingLeft;
}

/** What is left of a message whose media the provider cannot carry. */
const nothingLeft = '(no message)';

/** A text's title has no field of its own here. */
function titled({ name }: MediaPart, text: string): string {
  return name ? `${name.revealText('translate')}\n\n${text}` : text;
}

export function encodePart(part: TextPart | MediaPart, about: EncodeAbout): readonly object[] {
  const mark = encodeCache(part, about);
  if (part.kind === 'text') return [{ type: 'text', text: part.text.revealText('translate'), ...mark }];
  if (part.source.kind === 'text') {
    return [{ type: 'text', text: titled(part, part.source.text.revealText('translate')), ...mark }];
  }
  const encoded = encodeMedium(part, about);
  return encoded ? [{ ...encoded, ...mark }] : [];
}

export function encodeCache(part: Pick<TextPart, 'cache'>, { quirks, losses }: EncodeAbout): object {
  if (part.cache === undefined) return {};
  if (!quirks.takes.has('cache_control')) {
    losses.add('cache_control');
    return {};
  }
  const { ttl } = part.cache;
  return { cache_control: ttl === undefined ? { type: 'ephemeral' } : { type: 'ephemeral', ttl } };
}

const mediaWords = {
  image: { feature: 'image', loss: 'input_image' },
  audio: { feature: 'audio', loss: 'input_audio' },
  video: { feature: 'video', loss: 'input_video' },
  document: { feature: 'file', loss: 'document' },
} as const satisfies Record<MediaPart['medium'], { feature: Feature; loss: DroppableField }>;

function encodeMedium(part: MediaPart, about: EncodeAbout): object | undefined {
  const { feature, loss } = mediaWords[part.medium];
  const encoded = about.quirks.takes.has(feature) ? encodeTaken(part, about) : undefined;
  if (!encoded) about.losses.add(loss);
  return encoded;
}

function encodeTaken(part: MediaPart, { quirks }: EncodeAbout): object | undefined {
  const { source } = part;
  if (source.kind === 'file') {
    if (part.medium === 'document' && source.family === 'openai' && quirks.takes.has('stored_files')) {
      return { type: 'file', file: { file_id: source.id.revealText('translate') } };
    }
    throw new Fault('request-malformed', {
      reason: 'a stored file of another upstream cannot be sent to this one',
    });
  }
  switch (part.medium) {
    case 'image': {
      const detail = part.detail === undefined ? {} : { detail: part.detail };
      return { type: 'image_url', image_url: { url: urlOf(part, 'image/png'), ...detail } };
    }
    case 'video':
      return { type: 'video_url', video_url: { url: urlOf(part, 'video/mp4') } };
    case 'audio':
      if (source.kind !== 'inline') return undefined;
      return {
        type: 'input_audio',
        input_audio: { data: source.data.revealText('translate'), format: audioFormat(part.mediaType) },
      };
    case 'document':
      if (source.kind === 'url' && !quirks.takes.has('file_url')) return undefined;
      return {
        type: 'file',
        // OpenAI refuses a file without a name.
        file: {
          file_data: urlOf(part, 'application/pdf'),
          filename: part.name?.revealText('translate') ?? 'document.pdf',
        },
      };
  }
}

function urlOf({ source, mediaType }: MediaPart, defaultType: string): string {
  switch (source.kind) {
    case 'inline':
      return encodeDataUrl(source.data, mediaType ?? defaultType);
    case 'url':
      return source.url.revealText('translate');
    case 'text':
    case 'file':
      // Both went another way before.
      return '';
  }
}

/** OpenAI's `url_citation`; `shift` is where the part's text begins in the content. */
export function encodeAnnotation(citation: Citation, text: { readonly shift: number; readonly length: number }) {
  const url = citation.url?.revealText('translate');
  if (url === undefined) return undefined;
  return {
    type: 'url_citation' as const,
    url_citation: {
      url,
      title: citation.title?.revealText('translate') ?? '',
      start_index: text.shift + (citation.start ?? 0),
      end_index: text.shift + (citation.end ?? text.length),
    },
  };
}
