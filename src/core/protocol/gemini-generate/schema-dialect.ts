import { isObject, type JsonObject } from '../json-value.ts';
import { itemsOf, toCamel } from './field-names.ts';

/**
 * Google's `Schema`, a subset of OpenAPI 3.0 with types in upper case and counts as texts, as the JSON Schema that
 * everybody else reads. https://ai.google.dev/api/caching#Schema
 */
export function toJsonSchema(schema: unknown): JsonObject {
  const out: Record<string, unknown> = {};
  if (!isObject(schema)) return out;
  let isNullable = false;
  for (const [key, value] of Object.entries(schema)) {
    if (value === null) continue;
    const name = toCamel(key);
    if (name === 'nullable') isNullable = value === true;
    else addKeyword(out, name, value);
  }
  if (isNullable) allowNull(out);
  return out;
}

function addKeyword(out: Record<string, unknown>, name: string, value: unknown): void {
  switch (name) {
    case 'type':
      // Real JSON Schema in this field is common, and the API takes it too.
      if (typeof value === 'string' && value !== 'TYPE_UNSPECIFIED') out.type = value.toLowerCase();
      else if (Array.isArray(value))
        out.type = value.map((type) => (typeof type === 'string' ? type.toLowerCase() : type));
      return;
    case 'properties': {
      if (!isObject(value)) return;
      const properties = Object.entries(value).map(([property, inner]) => [property, toJsonSchema(inner)] as const);
      out.properties = Object.fromEntries(properties);
      return;
    }
    case 'items':
      out.items = toJsonSchema(value);
      return;
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
      out[name] = itemsOf(value).map(toJsonSchema);
      return;
    case 'minItems':
    case 'maxItems':
    case 'minLength':
    case 'maxLength':
    case 'minProperties':
    case 'maxProperties':
      out[name] = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return;
    case 'format':
      if (value !== 'enum') out.format = value;
      return;
    case 'example':
      out.examples = [value];
      return;
    // The order of properties is a wish that others refuse to read.
    case 'propertyOrdering':
      return;
    // Not a keyword, and as a member of an object of ours it would be none.
    case '__proto__':
      return;
    default:
      out[name] = value;
  }
}

function allowNull(out: Record<string, unknown>): void {
  if (typeof out.type === 'string') out.type = [out.type, 'null'];
  else if (Array.isArray(out.anyOf)) out.anyOf = [...out.anyOf, { type: 'null' }];
  if (Array.isArray(out.enum)) out.enum = [...out.enum, null];
}
