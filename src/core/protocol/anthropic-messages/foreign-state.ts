import { type FieldSpan, readString, scanNested } from '../json-scan.ts';
import { JsonSkipper } from '../json-skip.ts';
import { isForeignState } from '../sealed-state.ts';

export type Span = { readonly start: number; readonly end: number };

const messageFields = new Set(['content']);
const blockFields = new Set(['type', 'signature', 'data']);
const depthMax = 64;

/**
 * What to cut out of a list of messages so that no wrapped state of another family reaches Anthropic: its whole block,
 * and the whole message where nothing else is in it. The bytes were judged by an earlier scan.
 */
export function foreignStateCuts(body: Uint8Array, messages: Span): readonly Span[] {
  const items = itemsOf(body, messages);
  const cuts: Span[] = [];
  const isEmptied = items.map((message) => {
    const content = scanNested(body, asField(body, message), messageFields).get('content');
    if (content?.kind !== 'array') return false;
    const blocks = itemsOf(body, content);
    const isForeign = blocks.map((block) => holdsForeignState(body, block));
    if (isForeign.length > 0 && isForeign.every(Boolean)) return true;
    cuts.push(...cutItems(blocks, isForeign));
    return false;
  });
  // A request whose every message would vanish is left to the upstream's own judgement.
  if (!isEmptied.every(Boolean)) cuts.push(...cutItems(items, isEmptied));
  return cuts;
}

function holdsForeignState(body: Uint8Array, block: Span): boolean {
  const fields = scanNested(body, asField(body, block), blockFields);
  const type = fields.get('type');
  if (type?.kind !== 'string') return false;
  const state = fields.get(stateFieldOf(readString(body, type)) ?? '');
  return state?.kind === 'string' && isForeignState(readString(body, state), 'anthropic');
}

function stateFieldOf(type: string): 'signature' | 'data' | undefined {
  if (type === 'thinking') return 'signature';
  return type === 'redacted_thinking' ? 'data' : undefined;
}

/** Where the items of a list stand. */
function itemsOf(body: Uint8Array, list: Span): readonly Span[] {
  const skipper = new JsonSkipper(body, list.end, depthMax);
  const items: Span[] = [];
  let start = skipper.space(list.start + 1);
  while (start < list.end && body[start] !== 0x5d) {
    const end = skipper.value(start, 1);
    if (end < 0) return [];
    items.push({ start, end });
    start = skipper.space(end);
    if (body[start] === 0x2c) start = skipper.space(start + 1);
  }
  return items;
}

function asField(body: Uint8Array, { start, end }: Span): FieldSpan {
  return { kind: body[start] === 0x7b ? 'object' : 'null', keyStart: start, start, end };
}

/** Each cut takes one comma along: the one before it, or the one after it where nothing stands before. */
function cutItems(items: readonly Span[], isCut: readonly boolean[]): readonly Span[] {
  const cuts: Span[] = [];
  let keptEnd: number | undefined;
  let openStart: number | undefined;
  items.forEach((item, at) => {
    if (!isCut[at]) {
      if (openStart !== undefined) cuts.push({ start: openStart, end: item.start });
      openStart = undefined;
      keptEnd = item.end;
    } else if (keptEnd !== undefined) {
      cuts.push({ start: keptEnd, end: item.end });
      keptEnd = item.end;
    } else openStart ??= item.start;
  });
  return cuts;
}
