import type { DroppableField } from '#core/generation/dropped.ts';
import type { Citation } from '#core/generation/parts.ts';
import { fieldOf, isObject } from '../json-value.ts';

export function encodeCitations(
  citations: readonly Citation[],
  drop: (field: DroppableField) => void,
): readonly unknown[] {
  return citations.flatMap((citation) => {
    const annotation = encodeCitation(citation);
    if (annotation === undefined) drop('citations');
    return annotation ?? [];
  });
}

/** An annotation of this API: as it was, or made of an address and a place; undefined when there is neither. */
export function encodeCitation({ family, item, url, title, start, end }: Citation): object | undefined {
  const raw = item.revealJson('translate');
  if (family === 'openai' && isObject(raw) && fileTypes.has(fieldOf(raw, 'type'))) return raw;
  if (url === undefined) return undefined;
  return {
    type: 'url_citation',
    start_index: start ?? 0,
    end_index: end ?? start ?? 0,
    url: url.revealText('translate'),
    title: title?.revealText('translate') ?? '',
  };
}

/** What only this family can cite: its own files. */
const fileTypes: ReadonlySet<unknown> = new Set(['file_citation', 'container_file_citation', 'file_path']);
