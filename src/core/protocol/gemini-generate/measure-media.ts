import { toCamel } from './field-names.ts';
import { itemSpans, type MemberSpan, memberSpans, type Span, textAt } from './json-spans.ts';

/** The dearest vision models that an image may reach by translation bill one at up to 36,000 tokens. */
const tokensPerImageMax = 40_000;
const tokensPerImageLikely = 1_100;
/** A kB of base64 holds about 30 ms of the slowest codec: a token or so. The bound is far above it. */
const tokensPerAudioByteMax = 1 / 4;
const tokensPerAudioByteLikely = 1 / 40;

/** What of a request's input is not text. */
export type Media = {
  /** Something's size cannot be seen from the bytes: a stored file, an address, a part of a kind that we do not know. */
  readonly isOpen: boolean;
  readonly bytes: number;
  readonly tokensMax: number;
  readonly tokensLikely: number;
};

type Found = { -readonly [Field in keyof Media]: Media[Field] };

/** Walks over the parts of these contents by their places; for bodies that the scanner has judged. */
export function measureMedia(body: Uint8Array, roots: readonly (Span | undefined)[]): Media {
  const found: Found = { isOpen: false, bytes: 0, tokensMax: 0, tokensLikely: 0 };
  for (const root of roots) {
    if (!root) continue;
    for (const content of itemSpans(body, root)) measureParts(body, content, found);
  }
  return found;
}

function measureParts(body: Uint8Array, holder: Span, found: Found): void {
  for (const { name, value } of memberSpans(body, holder)) {
    if (name !== 'parts') continue;
    for (const part of itemSpans(body, value)) {
      for (const member of memberSpans(body, part)) measureMember(body, member, found);
    }
  }
}

function measureMember(body: Uint8Array, { name, value }: MemberSpan, found: Found): void {
  switch (toCamel(name)) {
    case 'inlineData':
      measureInline(body, value, found);
      return;
    // Nobody sees from here how long the file is.
    case 'fileData':
      if (body[value.start] !== 0x6e) found.isOpen = true;
      return;
    // The result of a tool may hold parts of its own: inlineData and fileData, no deeper.
    case 'functionResponse':
      measureParts(body, value, found);
  }
}

function measureInline(body: Uint8Array, blob: Span, found: Found): void {
  let mediaType = '';
  let length = 0;
  for (const { name, value } of memberSpans(body, blob)) {
    if (toCamel(name) === 'mimeType') mediaType = textAt(body, value) ?? '';
    else if (name === 'data') length = Math.max(0, value.end - value.start - 2);
  }
  found.bytes += length;
  if (mediaType.startsWith('image/')) {
    found.tokensMax += tokensPerImageMax;
    found.tokensLikely += tokensPerImageLikely;
  } else if (mediaType.startsWith('audio/')) {
    found.tokensMax += Math.ceil(length * tokensPerAudioByteMax);
    found.tokensLikely += Math.ceil(length * tokensPerAudioByteLikely);
  } else if (mediaType.startsWith('text/')) {
    found.tokensMax += length;
    found.tokensLikely += Math.ceil(length / 5);
  }
  // A page of a PDF is billed as its text and as an image, a video by the second: only the context window bounds them.
  else found.isOpen = true;
}
