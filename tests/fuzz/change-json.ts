import { Buffer } from 'node:buffer';
import { scanJsonObject } from '#core/protocol/json-scan.ts';
import type { Change } from './fuzz.ts';

// Changes to JSON that leave it JSON: what a hostile program would say that knows the dialect.

type Container = unknown[] | Record<string, unknown>;
type Place = { readonly holder: Container; readonly key: string };

const oddValues: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 1.5, 1e300, -0, 7, 2 ** 53, '', ' ', 'x', '\n', '\ud800', 'é😀', '__proto__'],
  ...[
    [],
    {},
    [null],
    [[]],
    [{}],
    { type: 'x' },
    { type: null },
    'null',
    '{',
    '{}',
    '{"a":1}',
    '[1]',
    '"',
    '\\',
    '$ref',
  ],
  ...['data:image/png;base64,AAAA', 'data:,', 'data:;base64', 'data:image/png;base64', 'https://e.example/a', 'AAAA'],
  // Sealed state: Anthropic's, Google's, and some that is cut.
  ...['ZmFpcmxlYWQ6MWFzQUJD', 'ZmFpcmxlYWQ6MWdzQUJD', 'ZmFpcmxlYWQ6MW9l', 'ZmFpcmxlYWQ6', 'ZmFpcmxlYWQ6MWFyQUJD'],
  ...['user', 'assistant', 'system', 'tool', 'model', 'function', 'text', 'stop', 'auto', 'call_1', 'a'.repeat(300)],
];

/** Of an input that is no JSON object it leaves the bytes as they are. */
export const changeJson: Change = (base, other, random) => {
  const value = parse(base);
  if (value === undefined) return base;
  const donor = parse(other) ?? value;
  const count = 1 + Math.floor(random() ** 2 * 5);
  for (let i = 0; i < count; i++) edit(value, donor, random);
  return Buffer.from(JSON.stringify(value));
};

/** The same inside a stream of events; and events are dropped, doubled, exchanged and taken from elsewhere. */
export const changeEvents: Change = (base, other, random) => {
  const events = base.toString().split('\n\n');
  const donors = other.toString().split('\n\n');
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
  const count = 1 + Math.floor(random() ** 2 * 4);
  for (let i = 0; i < count; i++) {
    const at = Math.floor(random() * events.length);
    const kind = Math.floor(random() * 10);
    if (kind === 0) events.splice(at, 1);
    else if (kind === 1) events.splice(at, 0, events[at] ?? '');
    else if (kind === 2) events.splice(at, 0, pick(donors));
    else if (kind === 3) events.splice(at, 1, events[at + 1] ?? '', events[at] ?? '');
    else if (kind === 4) events.splice(at, events.length);
    else events[at] = changeData(events[at] ?? '', pick(donors), random);
  }
  return Buffer.from(events.join('\n\n'));
};

function changeData(event: string, donor: string, random: () => number): string {
  return event.replace(/^(data: ?)(.*)$/m, (_, name: string, data: string) => {
    const from = Buffer.from(/^data: ?(.*)$/m.exec(donor)?.[1] ?? '');
    return name + changeJson(Buffer.from(data), from, random).toString();
  });
}

const noNames: ReadonlySet<string> = new Set();

/** Deep and broken JSON breaks the parser of Node 26 itself: docs/decisions/0005. */
function parse(bytes: Buffer): Container | undefined {
  if (bytes.length > 256 * 1024 || !scanJsonObject(bytes, noNames, 256).ok) return undefined;
  return JSON.parse(bytes.toString().replace(/^\ufeff/, '')) as Container;
}

function edit(value: Container, donor: Container, random: () => number): void {
  const place = pickPlace(value, random);
  if (!place) return;
  const { holder, key } = place;
  const old = get(holder, key);
  switch (Math.floor(random() * 11)) {
    case 0:
      return remove(holder, key);
    case 1:
    case 2:
    case 3:
      return set(holder, key, structuredClone(oddValues[Math.floor(random() * oddValues.length)]));
    case 4:
      return set(holder, key, copyOf(pickPlace(donor, random)));
    case 5:
      return set(holder, key, [old]);
    case 6:
      return set(holder, key, nest(old, Math.floor(random() * 80)));
    case 7:
      if (typeof old === 'string') set(holder, key, changeText(old, random));
      return;
    case 8:
      if (Array.isArray(old) && old.length > 0) old.push(structuredClone(old[Math.floor(random() * old.length)]));
      return;
    case 9: {
      // A member from elsewhere, under its own name.
      const from = pickPlace(donor, random);
      if (from && !Array.isArray(holder)) set(holder, from.key, copyOf(from));
      return;
    }
    default: {
      const elsewhere = pickPlace(value, random);
      if (elsewhere) set(holder, key, copyOf(elsewhere));
    }
  }
}

/** Goes down at random, so that what stands deep in a long list is met as well. */
function pickPlace(value: Container, random: () => number): Place | undefined {
  let holder = value;
  for (let depth = 0; depth < 40; depth++) {
    const keys = Object.keys(holder);
    const key = keys[Math.floor(random() * keys.length)];
    if (key === undefined) return undefined;
    const inner = get(holder, key);
    const goesOn = typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0;
    if (!goesOn || random() < 0.2) return { holder, key };
    holder = inner as Container;
  }
  return undefined;
}

function copyOf(place: Place | undefined): unknown {
  return place ? structuredClone(get(place.holder, place.key)) : null;
}

function changeText(text: string, random: () => number): string {
  const at = Math.floor(random() * (text.length + 1));
  const way = Math.floor(random() * 4);
  if (way === 0) return text.slice(0, at);
  if (way === 1) return text.slice(at);
  if (way === 2) return `${text.slice(0, at)}\u0000😀"\\${text.slice(at)}`;
  return text + text;
}

function nest(value: unknown, depth: number): unknown {
  let nested = value;
  for (let i = 0; i < depth; i++) nested = i % 2 === 0 ? [nested] : { a: nested };
  return nested;
}

function get(holder: Container, key: string): unknown {
  return (holder as Record<string, unknown>)[key];
}

/** Also for `__proto__`, which is a name like others in JSON. */
function set(holder: Container, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

function remove(holder: Container, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}
