import { Content } from '#core/generation/content.ts';
import type { DroppableField } from '#core/generation/dropped.ts';
import type { CacheMark, MediaPart, TextPart } from '#core/generation/parts.ts';
import { fieldOf, isObject, listOf, textOf } from '../json-value.ts';
import { audioType, decodeUrl } from './data-url.ts';

/** What could not be kept, each word once. */
export type Losses = Set<DroppableField>;

/** The parts of a content that a user, a tool or a system message may have; a text stands for one of them. */
export function decodeParts(content: unknown, losses: Losses): readonly (TextPart | MediaPart)[] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: Content.ofText(content) }];
  if (!Array.isArray(content) && content !== undefined && content !== null) losses.add('unknown_part');
  return listOf(content).flatMap((part) => decodePart(part, losses));
}

export function decodeTexts(content: unknown, losses: Losses): readonly TextPart[] {
  return decodeParts(content, losses).flatMap((part): TextPart[] => {
    if (part.kind === 'text') return [part];
    losses.add('unknown_part');
    return [];
  });
}

export function decodePart(part: unknown, losses: Losses): readonly (TextPart | MediaPart)[] {
  const cache = decodeCache(part);
  if (typeof part === 'string') return [{ kind: 'text', text: Content.ofText(part) }];
  switch (fieldOf(part, 'type')) {
    case 'text':
    case 'input_text':
    case 'output_text': {
      const text = textOf(fieldOf(part, 'text')) ?? '';
      return text === '' ? [] : [{ kind: 'text', text: Content.ofText(text), ...cache }];
    }
    case 'image_url':
      return decodeLinked(part, 'image_url', 'image', losses);
    case 'video_url':
      return decodeLinked(part, 'video_url', 'video', losses);
    case 'input_audio':
      return decodeAudio(part, losses);
    case 'file':
      return decodeFile(part, losses);
    default:
      losses.add('unknown_part');
      return [];
  }
}

/** `cache_control` is Anthropic's, as callers send it through OpenRouter and LiteLLM; the other is OpenAI's own. */
export function decodeCache(value: unknown): { readonly cache?: CacheMark } {
  const mark = fieldOf(value, 'cache_control');
  if (isObject(mark)) {
    const ttl = fieldOf(mark, 'ttl');
    return { cache: { ttl: ttl === '5m' || ttl === '1h' ? ttl : undefined } };
  }
  return isObject(fieldOf(value, 'prompt_cache_breakpoint')) ? { cache: { ttl: undefined } } : {};
}

/** `{"url": …}`, or, at some providers, the URL alone. */
function decodeLinked(
  part: unknown,
  field: 'image_url' | 'video_url',
  medium: 'image' | 'video',
  losses: Losses,
): readonly MediaPart[] {
  const holder = fieldOf(part, field);
  const url = textOf(holder) ?? textOf(fieldOf(holder, 'url')) ?? '';
  if (url === '') {
    losses.add('unknown_part');
    return [];
  }
  const detail = fieldOf(holder, 'detail');
  const isKnown = detail === 'auto' || detail === 'low' || detail === 'high' || detail === 'original';
  return [{ kind: 'media', medium, ...decodeUrl(url), ...(isKnown ? { detail } : {}), ...decodeCache(part) }];
}

function decodeAudio(part: unknown, losses: Losses): readonly MediaPart[] {
  const audio = fieldOf(part, 'input_audio');
  const data = textOf(fieldOf(audio, 'data')) ?? '';
  if (data === '') {
    losses.add('unknown_part');
    return [];
  }
  const written = decodeUrl(data);
  const source = written.source.kind === 'inline' ? written.source : inline(data);
  const mediaType = audioType(textOf(fieldOf(audio, 'format'))) ?? written.mediaType;
  return [{ kind: 'media', medium: 'audio', source, mediaType, ...decodeCache(part) }];
}

function decodeFile(part: unknown, losses: Losses): readonly MediaPart[] {
  const file = fieldOf(part, 'file');
  const filename = textOf(fieldOf(file, 'filename'));
  const rest = { ...(filename === undefined ? {} : { name: Content.ofText(filename) }), ...decodeCache(part) };
  const id = textOf(fieldOf(file, 'file_id')) ?? '';
  if (id !== '') {
    const source = { kind: 'file', id: Content.ofText(id), family: 'openai' } as const;
    return [{ kind: 'media', medium: 'document', source, mediaType: undefined, ...rest }];
  }
  const data = textOf(fieldOf(file, 'file_data')) ?? '';
  if (data === '') {
    losses.add('unknown_part');
    return [];
  }
  const { source, mediaType } = /^(data:|https?:\/\/)/i.test(data)
    ? decodeUrl(data)
    : { source: inline(data), mediaType: undefined };
  return [{ kind: 'media', medium: 'document', source, mediaType: mediaType ?? typeOfName(filename), ...rest }];
}

function inline(data: string) {
  return { kind: 'inline', data: Content.ofText(data) } as const;
}

function typeOfName(filename: string | undefined): string | undefined {
  return filename?.toLowerCase().endsWith('.pdf') ? 'application/pdf' : undefined;
}
