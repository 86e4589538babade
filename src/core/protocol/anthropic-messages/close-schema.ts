import { isObject, type JsonObject } from '../json-value.ts';

/** Where a JSON Schema holds others: one, a list of them, or a table of them by name. */
const single = new Set(['items', 'not', 'if', 'then', 'else', 'contains', 'propertyNames']);
const lists = new Set(['anyOf', 'allOf', 'oneOf', 'prefixItems']);
const tables = new Set(['properties', '$defs', 'definitions', 'patternProperties', 'dependentSchemas']);

/**
 * Anthropic answers by a schema only when each object in it says that nothing else may be there. It is said where the
 * caller said nothing, after all that the caller wrote, so that the same schema always gives the same bytes.
 */
export function closeSchema(schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  // Own properties alone, whatever their names are.
  const closed = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closeMember(name, value)]));
  return isOpenObject(schema) ? { ...closed, additionalProperties: false } : closed;
}

function closeMember(name: string, value: unknown): unknown {
  if (single.has(name)) return closeSchema(value);
  if (lists.has(name) && Array.isArray(value)) return value.map(closeSchema);
  if (!tables.has(name) || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closeSchema(inner)]));
}

function isOpenObject(schema: JsonObject): boolean {
  const { type } = schema;
  const isObjectSchema =
    type === 'object' || (Array.isArray(type) && type.includes('object')) || isObject(schema.properties);
  return isObjectSchema && schema.additionalProperties === undefined;
}
