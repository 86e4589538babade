import { isObject, parseJudged, textOf } from './json-value.ts';

/** Members that name something which an upstream keeps: a file, a cache, a store of vectors, a container. */
const names: ReadonlySet<string> = new Set([
  'file_id',
  'file_ids',
  'vector_store_ids',
  'container',
  'cachedContent',
  'cached_content',
]);

/** Members that hold a caller's own values, where such a name means nothing. */
const ownValues: ReadonlySet<string> = new Set([
  'args',
  'arguments',
  'input_schema',
  'metadata',
  'parameters',
  'parametersJsonSchema',
  'parameters_json_schema',
  'properties',
  'response',
  'responseJsonSchema',
  'responseSchema',
  'schema',
]);

export type StoredReferences = {
  /** Ids of files. */
  readonly files: ReadonlySet<string>;
  /** It also names something that nobody can have made through us. */
  readonly hasOthers: boolean;
};

/** What a body that was judged names of the things that an upstream keeps under an id. */
export function storedReferences(body: Uint8Array): StoredReferences {
  const found = { files: new Set<string>(), hasOthers: false };
  const whole = parseJudged(body);
  // At the root no name means a caller's own value.
  if (isObject(whole)) for (const [name, inner] of Object.entries(whole)) collectMember(name, inner, found);
  return found;
}

type Found = { readonly files: Set<string>; hasOthers: boolean };

function collect(value: unknown, found: Found): void {
  if (Array.isArray(value)) {
    for (const each of value) collect(each, found);
    return;
  }
  if (!isObject(value)) return;
  const isToolUse = value.type === 'tool_use';
  for (const [name, inner] of Object.entries(value)) {
    if (!(isToolUse && name === 'input')) collectMember(name, inner, found);
  }
}

function collectMember(name: string, inner: unknown, found: Found): void {
  if (name === 'file_id' && typeof inner === 'string' && inner !== '') found.files.add(inner);
  else if (names.has(name) && isId(inner)) found.hasOthers = true;
  else if (isFileAddress(name, inner) || isSpoken(name, inner)) found.hasOthers = true;
  else if (!ownValues.has(name)) collect(inner, found);
}

function isFileAddress(name: string, inner: unknown): boolean {
  return (name === 'fileUri' || name === 'file_uri') && /(^|\/)files\//.test(textOf(inner) ?? '');
}

/** What a model said aloud earlier is named by an id. */
function isSpoken(name: string, inner: unknown): boolean {
  return name === 'audio' && isObject(inner) && isId(inner.id);
}

function isId(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : typeof value === 'string' && value !== '';
}
