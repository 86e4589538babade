import { fieldOf, listOf, parseJudged, textOf } from '../json-value.ts';

/** OpenAI's dearest vision models bill one image at up to 36,000 tokens; this bounds all of them. */
const tokensPerImageMax = 40_000;
const tokensPerImageLikely = 1_100;
/** A kB of base64 holds about 30 ms of the slowest codec: a token or so. The bound is far above it. */
const tokensPerAudioByteMax = 1 / 4;
const tokensPerAudioByteLikely = 1 / 40;

/** What of a request's input is not text. */
export type Media = {
  /** Something's size cannot be seen from the bytes: a URL, a file, a part of a kind that we do not know. */
  readonly isOpen: boolean;
  readonly bytes: number;
  readonly tokensMax: number;
  readonly tokensLikely: number;
};

type Found = { -readonly [Field in keyof Media]: Media[Field] };

export const noMedia: Media = { isOpen: false, bytes: 0, tokensMax: 0, tokensLikely: 0 };

/** Reads the messages whole; for bodies that the scanner has judged, and that are deep enough to hold a part. */
export function measureMedia(body: Uint8Array): Media {
  const request = parseJudged(body);
  const found: Found = { ...noMedia };
  for (const message of listOf(fieldOf(request, 'messages'))) {
    for (const part of listOf(fieldOf(message, 'content'))) measurePart(part, found);
    // Audio that the model said earlier is named by an id.
    if (typeof fieldOf(message, 'audio') === 'object' && fieldOf(message, 'audio') !== null) found.isOpen = true;
  }
  return found;
}

function measurePart(part: unknown, found: Found): void {
  switch (fieldOf(part, 'type')) {
    case 'text':
    case 'refusal':
      return;
    case 'image_url': {
      const url = textOf(fieldOf(fieldOf(part, 'image_url'), 'url')) ?? '';
      if (!url.startsWith('data:')) found.isOpen = true;
      found.bytes += url.length;
      found.tokensMax += tokensPerImageMax;
      found.tokensLikely += tokensPerImageLikely;
      return;
    }
    case 'input_audio': {
      const length = textOf(fieldOf(fieldOf(part, 'input_audio'), 'data'))?.length ?? 0;
      found.bytes += length;
      found.tokensMax += Math.ceil(length * tokensPerAudioByteMax);
      found.tokensLikely += Math.ceil(length * tokensPerAudioByteLikely);
      return;
    }
    default:
      // A page of a PDF is billed as its text and as an image, a video by the second: only the context window bounds them.
      found.isOpen = true;
  }
}
