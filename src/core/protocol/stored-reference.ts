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

/**
 * Whether a body that was judged names an object which an upstream keeps under an id. Nothing of the kind was made
 * through us, so it is the operator's own or another workspace's.
 */
export function refersToStored(body: Uint8Array): boolean {
  return isReferring(parseJudged(body));
}

function isReferring(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isReferring);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, inner]) => {
    if (names.has(name) && isId(inner)) return true;
    if ((name === 'fileUri' || name === 'file_uri') && /(^|\/)files\//.test(textOf(inner) ?? '')) return true;
    // What a model said aloud earlier is named by an id.
    if (name === 'audio' && isObject(inner) && isId(inner.id)) return true;
    const isOwn = ownValues.has(name) || (name === 'input' && value.type === 'tool_use');
    return !isOwn && isReferring(inner);
  });
}

function isId(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : typeof value === 'string' && value !== '';
}
