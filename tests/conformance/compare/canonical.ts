import { isDeepStrictEqual } from 'node:util';
import { at, isPlain } from '../oracle/plain.ts';
import type { Dialect, Item, MediaItem, ToolSummary } from '../oracle/summary.ts';

/** Ids as numbers in the order in which calls first name them: for dialects that have no ids, or make new ones. */
export function numberIds(items: Item[]): Item[] {
  const numbers = new Map<string, string>();
  let calls = 0;
  return items.map((item) => {
    if (item.kind === 'result') return { ...item, id: numbers.get(item.id) ?? `?${item.id}` };
    if (item.kind !== 'call') return item;
    // Calls without ids are calls of their own.
    const id = item.id === '' ? undefined : numbers.get(item.id);
    const number = id ?? `#${calls++}`;
    if (item.id !== '') numbers.set(item.id, number);
    return { ...item, id: number };
  });
}

/** Ids that somebody made because a dialect has none, or ours because an upstream gave none. */
export function hasMadeIds(items: readonly Item[]): boolean {
  return items.some((item) => item.kind === 'call' && /^$|^gemini\/|^call_\d+_\d+$|^call_01hz/.test(item.id));
}

const ranks: Partial<Record<Item['kind'], number>> = { reasoning: 0, text: 1, refusal: 2, media: 3, call: 4 };

/** A chat message tells its reasoning, its text and its calls in fields of their own: their order is lost. */
export function inChatOrder(items: readonly Item[]): Item[] {
  const ordered: Item[] = [];
  let run: Item[] = [];
  const flush = () => {
    run.sort((one, other) => (ranks[one.kind] ?? 9) - (ranks[other.kind] ?? 9));
    ordered.push(...mergeTexts(run));
    run = [];
  };
  for (const item of items) {
    if (isAssistant(item)) run.push(item);
    else {
      flush();
      ordered.push(item);
    }
  }
  flush();
  return ordered;
}

function isAssistant(item: Item): boolean {
  if (item.kind === 'text' || item.kind === 'media') return item.role === 'assistant';
  return item.kind === 'reasoning' || item.kind === 'refusal' || item.kind === 'call' || item.kind === 'foreign';
}

/** Neighbours of one kind and role become one: whether a text is told in one part or two says nothing. */
export function mergeTexts(items: readonly Item[]): Item[] {
  const merged: Item[] = [];
  for (const item of items) {
    const last = merged.at(-1);
    if (item.kind === 'text' && last?.kind === 'text' && last.role === item.role) {
      merged[merged.length - 1] = { ...last, text: last.text + item.text };
    } else if ((item.kind === 'reasoning' || item.kind === 'refusal') && last?.kind === item.kind) {
      merged[merged.length - 1] = { kind: item.kind, text: last.text + item.text };
    } else merged.push(item);
  }
  return merged;
}

/** Media in a tool's result stand after the run of results, as a user's: chat cannot put them anywhere else. */
export function hoistMedia(items: readonly Item[]): Item[] {
  const hoisted: Item[] = [];
  let waiting: MediaItem[] = [];
  for (const item of items) {
    if (item.kind !== 'result') {
      hoisted.push(...waiting);
      waiting = [];
    } else waiting.push(...item.media);
    hoisted.push(item.kind === 'result' ? { ...item, media: [] } : item);
  }
  return [...hoisted, ...waiting];
}

/** Free text for a tool is wrapped where a dialect knows objects alone. */
export function withPlainInput(item: Item): Item {
  if (item.kind !== 'call' || !isPlain(item.input)) return item;
  const [name, ...others] = Object.keys(item.input);
  const written = item.input.input;
  return name === 'input' && others.length === 0 && typeof written === 'string' ? { ...item, input: written } : item;
}

/** A function that takes a text and nothing else is how dialects without free text say a tool that takes it. */
export function withFreeText(tool: ToolSummary): ToolSummary {
  const input = at(tool.parameters, 'properties', 'input');
  const names = Object.keys(at(tool.parameters, 'properties') ?? {});
  const isWhole =
    at(tool.parameters, 'type') === 'object' && isDeepStrictEqual(at(tool.parameters, 'required'), ['input']);
  const isFreeText = tool.kind === 'function' && names.length === 1 && isWhole && at(input, 'type') === 'string';
  return isFreeText ? { ...tool, kind: 'custom', parameters: undefined, strict: undefined } : tool;
}

/** Automatic detail is none. */
export function plainDetail(item: Item): Item {
  return item.kind === 'media' && item.detail === 'auto' ? { ...item, detail: undefined } : item;
}

/** What a reader that knows no media types, as they are not always told, can compare. */
export function plainMedia(items: readonly Item[], source: Dialect, target: Dialect): Item[] {
  const isTold = source === target;
  return items.map((item) => {
    if (item.kind !== 'media') return item;
    const detail = item.detail === 'auto' ? undefined : item.detail;
    if (isTold) return { ...item, detail };
    // A URL does not say what it holds, and not every dialect does.
    return { ...item, detail, mediaType: undefined, medium: item.source.includes('://') ? 'any' : item.medium };
  });
}

/** A schema that takes nothing, in its many forms, is none. */
export function plainSchema(schema: unknown): unknown {
  if (!isPlain(schema)) return undefined;
  const { properties, additionalProperties, required, type, ...others } = schema;
  const isEmpty =
    (properties === undefined || (isPlain(properties) && Object.keys(properties).length === 0)) &&
    (required === undefined || (Array.isArray(required) && required.length === 0)) &&
    (type === undefined || type === 'object') &&
    Object.keys(others).every((name) => name === '$schema' || name === 'title');
  return isEmpty && additionalProperties !== true ? undefined : schema;
}

/** Without the closing of objects, which some upstreams demand and some encoders therefore add. */
export function openSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(openSchema);
  if (!isPlain(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([name, value]) => !(name === 'additionalProperties' && value === false))
      .map(([name, value]) => [name, openSchema(value)]),
  );
}
