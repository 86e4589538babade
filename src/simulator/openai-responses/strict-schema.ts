import { isRecord, type JsonRecord } from '../json-value.ts';

const depthMax = 64;

/** What keeps a schema from being strict, in OpenAI's words; `undefined` when nothing does. */
export function findLoosePart(schema: unknown): string | undefined {
  return findLoose(schema, []);
}

/**
 * OpenAI makes a schema strict when the caller does not say: every property required, no others allowed. Where the
 * schema says otherwise, it stays as it is (`undefined`).
 */
export function tightenSchema(schema: unknown): unknown {
  const tightened = tighten(schema, 0);
  return findLoose(tightened, []) === undefined ? tightened : undefined;
}

function findLoose(schema: unknown, path: readonly string[]): string | undefined {
  if (!isRecord(schema) || path.length > depthMax) return undefined;
  if (isObjectSchema(schema)) {
    const fault = findLooseObject(schema);
    if (fault !== undefined) return `In context=${writePath(path)}, ${fault}`;
  }
  for (const [name, part, ways] of partsOf(schema)) {
    const found = findLoose(part, [...path, ...ways, name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findLooseObject(schema: JsonRecord): string | undefined {
  if (schema.additionalProperties !== false)
    return "'additionalProperties' is required to be supplied and to be false.";
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  const properties = isRecord(schema.properties) ? Object.keys(schema.properties) : [];
  const missing = properties.find((name) => !required.includes(name));
  if (missing === undefined) return undefined;
  return `'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`;
}

function tighten(schema: unknown, depth: number): unknown {
  if (Array.isArray(schema)) return schema.map((part) => tighten(part, depth + 1));
  if (!isRecord(schema) || depth > depthMax) return schema;
  const tightened: Record<string, unknown> = { ...schema };
  for (const place of ['properties', '$defs', 'definitions']) {
    const parts = schema[place];
    if (!isRecord(parts)) continue;
    tightened[place] = Object.fromEntries(
      Object.entries(parts).map(([name, part]) => [name, tighten(part, depth + 1)]),
    );
  }
  for (const place of ['items', 'anyOf']) if (place in schema) tightened[place] = tighten(schema[place], depth + 1);
  if (!isObjectSchema(schema)) return tightened;
  tightened.additionalProperties ??= false;
  tightened.required = isRecord(schema.properties) ? Object.keys(schema.properties) : [];
  return tightened;
}

function isObjectSchema(schema: JsonRecord): boolean {
  const { type } = schema;
  return type === 'object' || (Array.isArray(type) && type.includes('object')) || isRecord(schema.properties);
}

function partsOf(schema: JsonRecord): [string, unknown, string[]][] {
  const named = ['properties', '$defs', 'definitions'].flatMap((place) => {
    const parts = schema[place];
    const entries = isRecord(parts) ? Object.entries(parts) : [];
    return entries.map(([name, part]): [string, unknown, string[]] => [name, part, [place]]);
  });
  const options: readonly unknown[] = Array.isArray(schema.anyOf) ? schema.anyOf : [];
  const listed = options.map((part, index): [string, unknown, string[]] => [String(index), part, ['anyOf']]);
  return [...named, ...listed, ['items', schema.items, []]];
}

/** Python's way to write a tuple, since that is what OpenAI shows. */
function writePath(path: readonly string[]): string {
  const names = path.map((name) => `'${name}'`);
  return names.length === 1 ? `(${names[0]},)` : `(${names.join(', ')})`;
}
