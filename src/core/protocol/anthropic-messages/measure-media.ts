import { fieldOf, flagOf, isObject, listOf, textOf } from '../json-value.ts';

/** An image is billed by its pixels after scaling, some 1,600 tokens, 4,800 on models that see more of it; this bounds all. */
const tokensPerImageMax = 10_000;
const tokensPerImageLikely = 1_600;

/** What of a request's input is not text. */
export type Media = {
  /** Something's size cannot be seen from the bytes: a URL, a file, a PDF, a block of a kind that we do not know. */
  readonly isOpen: boolean;
  readonly bytes: number;
  readonly tokensMax: number;
  readonly tokensLikely: number;
};

type Found = { -readonly [Field in keyof Media]: Media[Field] };

export const noMedia: Media = { isOpen: false, bytes: 0, tokensMax: 0, tokensLikely: 0 };

export function measureMedia(messages: unknown): Media {
  const found: Found = { ...noMedia };
  for (const message of listOf(messages)) measureBlocks(fieldOf(message, 'content'), found);
  return found;
}

function measureBlocks(content: unknown, found: Found): void {
  for (const block of listOf(content)) measureBlock(block, found);
}

function measureBlock(block: unknown, found: Found): void {
  switch (fieldOf(block, 'type')) {
    case 'text':
    case 'thinking':
    case 'redacted_thinking':
    case 'tool_use':
    case 'tool_reference':
      return;
    case 'tool_result':
      return measureBlocks(fieldOf(block, 'content'), found);
    case 'image':
      found.tokensMax += tokensPerImageMax;
      found.tokensLikely += tokensPerImageLikely;
      return measureSource(fieldOf(block, 'source'), found);
    case 'document':
    case 'search_result':
      // With citations each sentence is numbered, which the bytes do not show.
      if (flagOf(fieldOf(fieldOf(block, 'citations'), 'enabled')) === true) found.isOpen = true;
      return fieldOf(block, 'type') === 'document'
        ? measureDocument(fieldOf(block, 'source'), found)
        : measureBlocks(fieldOf(block, 'content'), found);
    default:
      // What a hosted tool found earlier comes back encrypted; a bare text among blocks is no block.
      if (isObject(block)) found.isOpen = true;
  }
}

function measureSource(source: unknown, found: Found): void {
  if (fieldOf(source, 'type') !== 'base64') found.isOpen = true;
  else found.bytes += textOf(fieldOf(source, 'data'))?.length ?? 0;
}

/** A page of a PDF is billed as its text and as an image: only the context window bounds it. */
function measureDocument(source: unknown, found: Found): void {
  switch (fieldOf(source, 'type')) {
    case 'text':
      return;
    case 'content':
      return measureBlocks(fieldOf(source, 'content'), found);
    default:
      found.isOpen = true;
      measureSource(source, found);
  }
}
