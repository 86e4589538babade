import { Buffer } from 'node:buffer';

/** OpenAI's dearest vision models bill one image at up to 36,000 tokens; this bounds all of them. */
const tokensPerImage = 40_000;
/** Audio and files carry their size: 1 kB of base64 holds at most about 30 ms of the slowest speech codec, well below this. */
const tokensPerMediaByte = 1 / 4;

export type Media = {
  /** Something's size cannot be seen from the bytes: a URL, a file id. */
  readonly isOpen: boolean;
  readonly bytes: number;
  readonly tokens: number;
};

export const noMedia: Media = { isOpen: false, bytes: 0, tokens: 0 };

/** The last one: a name may be written with escapes, and then only reading it tells. */
const markers = ['"image_url"', '"input_audio"', '"file"', '\\u00'] as const;

/** What is not text in a chat request. Most requests have none and are told apart by three searches. */
export function measureMedia(body: Uint8Array): Media {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (markers.every((marker) => bytes.indexOf(marker) < 0)) return noMedia;
  // The scanner has validated these bytes, so this cannot throw.
  const request: unknown = JSON.parse(bytes.toString('utf8'));
  const found = { isOpen: false, bytes: 0, tokens: 0 };
  for (const message of listOf(fieldOf(request, 'messages'))) {
    for (const part of listOf(fieldOf(message, 'content'))) measurePart(part, found);
  }
  return found;
}

function measurePart(part: unknown, found: { isOpen: boolean; bytes: number; tokens: number }): void {
  switch (fieldOf(part, 'type')) {
    case 'image_url': {
      const url = textOf(fieldOf(fieldOf(part, 'image_url'), 'url'));
      if (!url.startsWith('data:')) found.isOpen = true;
      found.bytes += url.length;
      found.tokens += tokensPerImage;
      return;
    }
    case 'input_audio': {
      const data = textOf(fieldOf(fieldOf(part, 'input_audio'), 'data'));
      found.bytes += data.length;
      found.tokens += Math.ceil(data.length * tokensPerMediaByte);
      return;
    }
    case 'file': {
      const data = textOf(fieldOf(fieldOf(part, 'file'), 'file_data'));
      // A page of a PDF is billed as its text and as an image: no bound short of the context window holds.
      found.isOpen = true;
      found.bytes += data.length;
      return;
    }
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
