import { Buffer } from 'node:buffer';
import { Content } from '#core/generation/content.ts';
import type { Citation } from '#core/generation/parts.ts';
import { numberOf, textOf } from '../json-value.ts';
import { itemsOf, memberOf } from './field-names.ts';

/** Where the sources of a candidate stand; `partIndex` says in which part, undefined where it is not said. */
export type PlacedCitation = { readonly citation: Citation; readonly partIndex: number | undefined };

/** Google counts places in bytes of UTF-8, the neutral form in units of UTF-16. */
export function readCitations(
  candidate: unknown,
  textOfPart: (partIndex: number | undefined) => string,
): PlacedCitation[] {
  const grounding = memberOf(candidate, 'groundingMetadata');
  const chunks = itemsOf(memberOf(grounding, 'groundingChunks'));
  const supports = itemsOf(memberOf(grounding, 'groundingSupports'));
  const cited = new Set<number>();
  const placed = supports.flatMap((support) => {
    const segment = memberOf(support, 'segment');
    const partIndex = numberOf(memberOf(segment, 'partIndex'));
    const text = textOfPart(partIndex);
    const span = spanOf(segment, text);
    return itemsOf(memberOf(support, 'groundingChunkIndices')).flatMap((index) => {
      const chunk = chunks[numberOf(index) ?? -1];
      if (chunk === undefined) return [];
      cited.add(numberOf(index) ?? -1);
      return [{ citation: { ...sourceOf(chunk), ...span }, partIndex }];
    });
  });
  const bare = chunks.flatMap((chunk, at) =>
    cited.has(at) ? [] : [{ citation: sourceOf(chunk), partIndex: undefined }],
  );
  return [...placed, ...bare, ...readRecitations(candidate, textOfPart(undefined))];
}

/** Texts that the model took over word by word. */
function readRecitations(candidate: unknown, text: string): readonly PlacedCitation[] {
  const metadata = memberOf(candidate, 'citationMetadata');
  const sources = memberOf(metadata, 'citationSources') ?? memberOf(metadata, 'citations');
  return itemsOf(sources).map((source) => {
    const url = contentOf(memberOf(source, 'uri'));
    const title = contentOf(memberOf(source, 'title'));
    const citation: Citation = { family: 'google', item: Content.ofJson(source), url, title, ...spanOf(source, text) };
    return { citation, partIndex: undefined };
  });
}

function sourceOf(chunk: unknown): Citation {
  const source =
    memberOf(chunk, 'web') ??
    memberOf(chunk, 'retrievedContext') ??
    memberOf(chunk, 'maps') ??
    memberOf(chunk, 'image');
  return {
    family: 'google',
    item: Content.ofJson(chunk),
    url: contentOf(memberOf(source, 'uri') ?? memberOf(source, 'sourceUri')),
    title: contentOf(memberOf(source, 'title')),
    quote: contentOf(memberOf(source, 'text')),
  };
}

function contentOf(value: unknown): Content | undefined {
  const text = textOf(value);
  return text === undefined || text === '' ? undefined : Content.ofText(text);
}

type Span = { readonly start: number; readonly end: number };

/** A start of zero is not written. Places outside the text, or in the middle of a character, are not believed. */
function spanOf(segment: unknown, text: string): Span | Record<never, never> {
  const endIndex = numberOf(memberOf(segment, 'endIndex'));
  if (endIndex === undefined) return {};
  const start = toUnits(text, numberOf(memberOf(segment, 'startIndex')) ?? 0);
  const end = toUnits(text, endIndex);
  return start === undefined || end === undefined || start > end ? {} : { start, end };
}

function toUnits(text: string, byteOffset: number): number | undefined {
  const bytes = Buffer.from(text, 'utf8');
  if (!Number.isInteger(byteOffset) || byteOffset < 0 || byteOffset > bytes.length) return undefined;
  if (byteOffset < bytes.length && ((bytes[byteOffset] ?? 0) & 0xc0) === 0x80) return undefined;
  return bytes.toString('utf8', 0, byteOffset).length;
}

export function toBytes(text: string, units: number): number {
  return Buffer.byteLength(text.slice(0, units));
}
