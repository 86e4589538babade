import { type FieldSpan, scanNested } from '../json-scan.ts';
import { depthEnd, JsonSkipper } from '../json-skip.ts';
import { readWhole, smallObject } from '../native-surface/whole-reply.ts';
import type { ReplyFacts } from '../protocol.ts';
import { tokensPerImageLikely } from './image-tokens.ts';
import { imageUsage } from './usage.ts';

const wanted: ReadonlySet<string> = new Set(['data', 'usage', 'error']);
const picture: ReadonlySet<string> = new Set(['b64_json', 'url']);

/** So many tokens a picture may be told to be, whatever it weighs: what was allowed bounds it besides. */
export const tokensPerShown = 1_000_000;

/** A reply may be tens of megabytes of pictures: it is walked over once. */
export function readReply(body: Uint8Array): ReplyFacts {
  return readWhole(body, wanted, (fields) => {
    const data = fields.get('data');
    if (data?.kind !== 'array') return undefined;
    const images = countPictures(body, data);
    return {
      hasContent: images > 0,
      outputBytes: images * tokensPerShown,
      finish: undefined,
      usage: imageUsage(smallObject(body, fields.get('usage'))),
      shown: shownOf(images),
    };
  });
}

export function shownOf(images: number) {
  return { images, audioSeconds: 0, tokens: images * tokensPerImageLikely };
}

function countPictures(body: Uint8Array, list: FieldSpan): number {
  const skipper = new JsonSkipper(body, list.end, depthEnd);
  let images = 0;
  let at = skipper.space(list.start + 1);
  while (at < list.end && body[at] !== 0x5d) {
    const end = skipper.value(at, 1);
    // The scan has judged this text; all the same no loop may hang on it.
    if (end < 0) break;
    const fields = scanNested(
      body,
      { kind: body[at] === 0x7b ? 'object' : 'null', keyStart: at, start: at, end },
      picture,
    );
    if ([...fields.values()].some(({ kind, start, end: past }) => kind === 'string' && past - start > 2)) images += 1;
    at = skipper.space(end);
    if (body[at] === 0x2c) at = skipper.space(at + 1);
  }
  return images;
}
