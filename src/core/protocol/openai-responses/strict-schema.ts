import { fieldOf, isObject, type JsonObject, listOf } from '../json-value.ts';

/**
 * This API takes an unsaid `strict` as true when the schema is, or can be made, a strict one, and as false otherwise.
 * Other dialects take it as false, so it is said here. Gives the strict schema, or undefined when there is none: a
 * property that may be left out cannot be made strict without changing what the tool takes.
 */
export function asStrictSchema(schema: unknown): JsonObject | undefined {
  return isObject(schema) && isStrict(schema, 0) ? closed(schema) : undefined;
}

/** Strict schemas may nest ten deep: https://platform.openai.com/docs/guides/structured-outputs. */
const depthMax = 10;
const neverStrict = ['allOf', 'not', 'if', 'then', 'else', 'dependentSchemas', 'patternProperties'] as const;

function isStrict(schema: unknown, depth: number): boolean {
  if (depth > depthMax || !isObject(schema)) return false;
  if (neverStrict.some((name) => fieldOf(schema, name) !== undefined)) return false;
  if (describesObject(schema) && !isObjectStrict(schema)) return false;
  return subschemas(schema).every((inner) => isStrict(inner, depth + 1));
}

function describesObject(schema: JsonObject): boolean {
  const type = fieldOf(schema, 'type');
  return type === 'object' || listOf(type).includes('object') || fieldOf(schema, 'properties') !== undefined;
}

function isObjectStrict(schema: JsonObject): boolean {
  const extra = fieldOf(schema, 'additionalProperties');
  if (extra !== undefined && extra !== false) return false;
  const required = new Set(listOf(fieldOf(schema, 'required')));
  return Object.keys(fieldsOf(schema, 'properties')).every((name) => required.has(name));
}

function subschemas(schema: JsonObject): readonly unknown[] {
  const items = fieldOf(schema, 'items');
  return [
    ...Object.values(fieldsOf(schema, 'properties')),
    ...Object.values(fieldsOf(schema, '$defs')),
    ...Object.values(fieldsOf(schema, 'definitions')),
    ...listOf(fieldOf(schema, 'anyOf')),
    ...(items === undefined ? [] : [items]),
  ];
}

function fieldsOf(schema: JsonObject, name: string): JsonObject {
  const value = fieldOf(schema, name);
  return isObject(value) ? value : {};
}

/** The same schema, each object of it closed. */
function closed(schema: JsonObject): JsonObject {
  const copy = Object.entries(schema).map(([name, value]) => [name, closedMember(name, value)]);
  if (describesObject(schema) && fieldOf(schema, 'additionalProperties') === undefined) {
    copy.push(['additionalProperties', false]);
  }
  return Object.fromEntries(copy);
}

function closedMember(name: string, value: unknown): unknown {
  if (name === 'items') return isObject(value) ? closed(value) : value;
  if (name === 'anyOf') return listOf(value).map((inner) => (isObject(inner) ? closed(inner) : inner));
  if (name !== 'properties' && name !== '$defs' && name !== 'definitions') return value;
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, isObject(inner) ? closed(inner) : inner]),
  );
}
