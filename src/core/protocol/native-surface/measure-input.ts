import type { FieldSpan } from '../json-scan.ts';
import { depthEnd, JsonSkipper } from '../json-skip.ts';
import { fieldOf, isObject, type JsonObject, listOf, parseJudged, textOf } from '../json-value.ts';
import type { Media } from '../openai-chat/measure-media.ts';

/** What of an input is no text, and how many inputs it is. */
export type MeasuredInput = Media & { readonly items: number };

type Found = { -readonly [Field in keyof Media]: Media[Field] };

/** As for a chat: OpenAI's dearest vision models bill one image at up to 36,000 tokens. */
const tokensPerImageMax = 40_000;
const tokensPerImageLikely = 1_100;

/**
 * Walks over an input that a scan has judged: a text, a list of texts, of tokens, of lists of tokens, or of objects with
 * texts and images. A token in a list is one token, whatever its digits.
 */
export function measureInput(body: Uint8Array, { kind, start, end }: FieldSpan): MeasuredInput {
  const found: Found = { isOpen: false, bytes: 0, tokensMax: 0, tokensLikely: 0 };
  if (kind === 'object') measureObject(parseJudged(body.subarray(start, end)), found);
  if (kind !== 'array') return { ...found, items: 1 };
  const { count, isTokens } = measureList(new JsonSkipper(body, end, depthEnd), start, found);
  return { ...found, items: isTokens ? 1 : count };
}

type Measured = { readonly count: number; readonly isTokens: boolean; readonly end: number };

function measureList(skipper: JsonSkipper, start: number, found: Found): Measured {
  const { bytes } = skipper;
  let count = 0;
  let numbers = 0;
  let i = skipper.space(start + 1);
  while (i >= 0 && i < skipper.end && bytes[i] !== 0x5d) {
    const first = bytes[i];
    const from = i;
    i = first === 0x5b ? measureList(skipper, i, found).end : skipper.value(i, 1);
    // The scan has judged this text; all the same no loop may hang on it.
    if (i < 0) break;
    if (first === 0x7b) measureObject(parseJudged(bytes.subarray(from, i)), found);
    else if (isNumberStart(first)) numbers += 1;
    count += 1;
    i = skipper.space(i);
    if (bytes[i] === 0x2c) i = skipper.space(i + 1);
  }
  const end = i < 0 ? i : i + 1;
  const isTokens = count > 0 && numbers === count;
  if (isTokens) {
    found.bytes += end - start;
    found.tokensMax += count;
    found.tokensLikely += count;
  }
  return { count, isTokens, end };
}

function isNumberStart(byte: number | undefined): boolean {
  return byte !== undefined && (byte === 0x2d || (byte >= 0x30 && byte <= 0x39));
}

/** `{text}`, `{image}`, a part of a chat's message, or `{content}` with a list of such parts. */
function measureObject(value: unknown, found: Found): void {
  if (!isObject(value)) return;
  measurePart(value, found);
  for (const part of listOf(fieldOf(value, 'content'))) {
    if (isObject(part)) measurePart(part, found);
  }
}

function measurePart(part: JsonObject, found: Found): void {
  for (const [name, member] of Object.entries(part)) {
    switch (name) {
      case 'image':
      case 'image_url': {
        const image = textOf(member) ?? textOf(fieldOf(member, 'url')) ?? '';
        found.bytes += image.length;
        found.tokensMax += tokensPerImageMax;
        found.tokensLikely += tokensPerImageLikely;
        break;
      }
      case 'audio':
      case 'input_audio':
      case 'video':
      case 'video_url':
      case 'input_video':
      case 'file':
        found.isOpen = true;
        break;
      default:
      // Text of whatever name: no tokenizer makes more tokens of it than it has bytes.
    }
  }
}
