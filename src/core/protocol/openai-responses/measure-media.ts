import { type FieldSpan, scanNested } from '../json-scan.ts';
import { type Fields, listItems, nestedText } from './json-list.ts';

/** OpenAI's dearest vision models bill one image at up to 36,000 tokens; this bounds all of them. */
const tokensPerImageMax = 40_000;
const tokensPerImageLikely = 1_100;
/** A kB of base64 holds about 30 ms of the slowest codec: a token or so. The bound is far above it. */
const tokensPerAudioByteMax = 1 / 4;
const tokensPerAudioByteLikely = 1 / 40;

/** What of a request's input is not text. */
type Media = {
  /** Something's size cannot be seen from the bytes: a URL, a stored object, a kind that we do not know. */
  readonly isOpen: boolean;
  readonly bytes: number;
  readonly tokensMax: number;
  readonly tokensLikely: number;
};

type Found = { -readonly [Field in keyof Media]: Media[Field] };

const noMedia: Media = { isOpen: false, bytes: 0, tokensMax: 0, tokensLikely: 0 };

const itemFields: ReadonlySet<string> = new Set(['type', 'id', 'role', 'content', 'output', 'result']);
const partFields: ReadonlySet<string> = new Set(['type', 'image_url', 'input_audio', 'file_id']);
const audioFields: ReadonlySet<string> = new Set(['data']);

/** Walks the items of `input` without building any of them. */
export function measureMedia(body: Uint8Array, input: FieldSpan | undefined): Media {
  const items = listItems(body, input);
  if (items.length === 0) return noMedia;
  const found: Found = { ...noMedia };
  for (const item of items) measureItem(body, scanNested(body, item, itemFields), found);
  return found;
}

function measureItem(body: Uint8Array, item: Fields, found: Found): void {
  const type = nestedText(body, item, 'type');
  // An item without a type and a role is a reference to a stored one.
  if (type === 'item_reference' || (type === undefined && !item.has('role'))) found.isOpen = true;
  if (type === 'image_generation_call') addImage(item.get('result'), found);
  for (const part of listItems(body, item.get('content'))) measurePart(body, part, found);
  const output = item.get('output');
  if (type === 'computer_call_output' && output) measurePart(body, output, found);
  else if (type?.endsWith('_call_output')) {
    for (const part of listItems(body, output)) measurePart(body, part, found);
  }
}

function measurePart(body: Uint8Array, part: FieldSpan, found: Found): void {
  const fields = scanNested(body, part, partFields);
  // Beside whatever else it says: what it names must be its owner's.
  if (fields.has('file_id')) found.isOpen = true;
  switch (nestedText(body, fields, 'type')) {
    case 'input_text':
    case 'output_text':
    case 'text':
    case 'summary_text':
    case 'reasoning_text':
    case 'refusal':
      return;
    case 'input_image':
    case 'computer_screenshot': {
      const url = fields.get('image_url');
      if (!nestedText(body, fields, 'image_url')?.startsWith('data:')) found.isOpen = true;
      return addImage(url, found);
    }
    case 'input_audio': {
      const audio = fields.get('input_audio');
      const length = audio ? textBytes(scanNested(body, audio, audioFields).get('data')) : 0;
      found.bytes += length;
      found.tokensMax += Math.ceil(length * tokensPerAudioByteMax);
      found.tokensLikely += Math.ceil(length * tokensPerAudioByteLikely);
      return;
    }
    default:
      // A page of a PDF is billed as its text and as an image: only the context window bounds it.
      found.isOpen = true;
  }
}

function addImage(data: FieldSpan | undefined, found: Found): void {
  found.bytes += textBytes(data);
  found.tokensMax += tokensPerImageMax;
  found.tokensLikely += tokensPerImageLikely;
}

/** As written: an escape only makes it longer, and base64 has none. */
function textBytes(span: FieldSpan | undefined): number {
  return span?.kind === 'string' ? span.end - span.start - 2 : 0;
}
