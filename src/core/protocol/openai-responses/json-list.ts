import { type FieldSpan, type JsonKind, readString, scanNested } from '../json-scan.ts';
import { depthEnd, JsonSkipper } from '../json-skip.ts';

export type Fields = ReadonlyMap<string, FieldSpan>;

/** The items of a list that an earlier scan of the same bytes has found; a value that is no list has none. */
export function listItems(bytes: Uint8Array, list: FieldSpan | undefined): readonly FieldSpan[] {
  if (list?.kind !== 'array') return [];
  const skipper = new JsonSkipper(bytes, list.end, depthEnd);
  const items: FieldSpan[] = [];
  let i = skipper.space(list.start + 1);
  while (i < list.end - 1) {
    const end = skipper.value(i, 1);
    // The earlier scan has judged this text: this is only the net under an endless loop.
    if (end < 0) return items;
    items.push({ kind: kindOf(bytes[i]), keyStart: i, start: i, end });
    const past = skipper.space(end);
    i = bytes[past] === 0x2c ? skipper.space(past + 1) : list.end;
  }
  return items;
}

/** A text among an object's members, or undefined when it is none. */
export function nestedText(bytes: Uint8Array, fields: Fields, name: string): string | undefined {
  const field = fields.get(name);
  return field?.kind === 'string' ? readString(bytes, field) : undefined;
}

const typeField: ReadonlySet<string> = new Set(['type']);

/** The `type` of an object; a value without one has none. */
export function typeAt(bytes: Uint8Array, span: FieldSpan | undefined): string | undefined {
  return span && nestedText(bytes, scanNested(bytes, span, typeField), 'type');
}

function kindOf(firstByte: number | undefined): JsonKind {
  switch (firstByte) {
    case 0x22:
      return 'string';
    case 0x7b:
      return 'object';
    case 0x5b:
      return 'array';
    case 0x74:
      return 'true';
    case 0x66:
      return 'false';
    case 0x6e:
      return 'null';
    default:
      return 'number';
  }
}
