import { Buffer } from 'node:buffer';
import { depthEnd, JsonSkipper } from '../json-skip.ts';
import { hasSealedState } from '../sealed-state.ts';

type Span = { readonly start: number; readonly end: number };
/** An item of a list, or a member of an object, whose span begins with its name. */
type Element = Span & { readonly name: string; readonly valueStart: number };

/**
 * Where wrapped state of other families stands in the messages of a body that a scan has judged: entries of
 * `reasoning_details`, and `extra_content` of calls. Cutting these spans out leaves JSON.
 */
export function findForeignState(body: Uint8Array, messages: Span): readonly Span[] {
  const skipper = new JsonSkipper(body, messages.end, depthEnd);
  return elementsAt(skipper, messages.start).flatMap((message) => {
    if (!isSealed(body, message)) return [];
    const members = elementsAt(skipper, message.valueStart);
    const isEmptied = members.map((member) => member.name === 'reasoning_details' && isAllSealed(skipper, member));
    const inside = members.flatMap((member, index) => {
      if (isEmptied[index] || !isSealed(body, member)) return [];
      return cutsInside(skipper, member);
    });
    return [...cutOut(members, (_, index) => isEmptied[index] ?? false), ...inside];
  });
}

function cutsInside(skipper: JsonSkipper, member: Element): readonly Span[] {
  const { bytes } = skipper;
  switch (member.name) {
    case 'reasoning_details':
      return cutOut(elementsAt(skipper, member.valueStart), (entry) => isSealed(bytes, entry));
    case 'tool_calls':
      return elementsAt(skipper, member.valueStart).flatMap((call) =>
        cutOut(elementsAt(skipper, call.valueStart), (each) => each.name === 'extra_content' && isSealed(bytes, each)),
      );
    default:
      return [];
  }
}

function isSealed(body: Uint8Array, { start, end }: Span): boolean {
  return hasSealedState(body.subarray(start, end));
}

function isAllSealed(skipper: JsonSkipper, member: Element): boolean {
  const entries = elementsAt(skipper, member.valueStart);
  return entries.length > 0 && entries.every((entry) => isSealed(skipper.bytes, entry));
}

/** With each element goes one comma: the one before it when something is left there, else the one after it. */
function cutOut(elements: readonly Element[], isCut: (element: Element, index: number) => boolean): readonly Span[] {
  const firstKept = elements.findIndex((element, index) => !isCut(element, index));
  return elements.flatMap((element, index) => {
    if (!isCut(element, index)) return [];
    const isBeforeKept = firstKept < 0 || index < firstKept;
    const start = isBeforeKept ? element.start : (elements[index - 1]?.end ?? element.start);
    const end = isBeforeKept ? (elements[index + 1]?.start ?? element.end) : element.end;
    return [{ start, end }];
  });
}

/** The items of the list or the members of the object that begins here; of any other value none. */
function elementsAt(skipper: JsonSkipper, at: number): readonly Element[] {
  const { bytes } = skipper;
  const isObject = bytes[at] === 0x7b;
  if (!isObject && bytes[at] !== 0x5b) return [];
  const elements: Element[] = [];
  let i = skipper.space(at + 1);
  while (bytes[i] !== 0x7d && bytes[i] !== 0x5d) {
    const start = i;
    let name = '';
    if (isObject) {
      i = skipper.string(i);
      name = nameAt(bytes, start, i);
      i = skipper.colon(i);
    }
    const valueStart = i;
    i = skipper.value(i, 1);
    // The scan has judged this text; all the same no loop may hang on it.
    if (i < 0) return [];
    elements.push({ name, start, valueStart, end: i });
    i = skipper.space(i);
    if (bytes[i] === 0x2c) i = skipper.space(i + 1);
  }
  return elements;
}

function nameAt(bytes: Uint8Array, start: number, end: number): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
  return text.includes('\\') ? String(JSON.parse(text)) : text.slice(1, -1);
}
