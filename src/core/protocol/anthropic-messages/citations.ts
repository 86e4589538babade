import { Content } from '#core/generation/content.ts';
import type { Citation } from '#core/generation/parts.ts';
import { fieldOf, isObject, textOf } from '../json-value.ts';

/** `around`: the length of the text block that the citation belongs to, where it is known: it speaks of all of it. */
export function decodeCitation(item: unknown, around?: number): Citation {
  const url = textOf(fieldOf(item, 'url')) ?? textOf(fieldOf(item, 'source'));
  const title = textOf(fieldOf(item, 'title')) ?? textOf(fieldOf(item, 'document_title'));
  const quote = textOf(fieldOf(item, 'cited_text'));
  return {
    url: url === undefined ? undefined : Content.ofText(url),
    title: title === undefined ? undefined : Content.ofText(title),
    quote: quote === undefined ? undefined : Content.ofText(quote),
    start: around === undefined ? undefined : 0,
    end: around,
    family: isOurs(item) ? 'other' : 'anthropic',
    item: Content.ofJson(item),
  };
}

/** Anthropic's own are never without this; what `encodeCitation` made of another family's is. */
function isOurs(item: unknown): boolean {
  return fieldOf(item, 'type') === 'web_search_result_location' && fieldOf(item, 'encrypted_index') === '';
}

/** What the dialect demands of each kind, where an older upstream left it out. */
const requiredOf: Readonly<Record<string, readonly string[]>> = {
  char_location: ['document_title', 'file_id'],
  page_location: ['document_title', 'file_id'],
  content_block_location: ['document_title', 'file_id'],
  web_search_result_location: ['title'],
  search_result_location: ['title'],
};

/** An upstream's word for a kind may be anything, `__proto__` too. */
function requiredFor(kind: string): readonly string[] {
  return Object.hasOwn(requiredOf, kind) ? (requiredOf[kind] ?? []) : [];
}

/** For a caller: Anthropic's own as it was, another family's as a place on the web, where it names one. */
export function encodeCitation(citation: Citation): unknown {
  const item = citation.item.revealJson('translate');
  if (citation.family === 'anthropic' && isObject(item)) {
    const missing = requiredFor(textOf(item.type) ?? '').filter((name) => item[name] === undefined);
    return missing.length === 0 ? item : { ...item, ...Object.fromEntries(missing.map((name) => [name, null])) };
  }
  if (!citation.url) return undefined;
  return {
    type: 'web_search_result_location',
    cited_text: citation.quote?.revealText('translate') ?? '',
    encrypted_index: '',
    title: citation.title?.revealText('translate') ?? null,
    url: citation.url.revealText('translate'),
  };
}
