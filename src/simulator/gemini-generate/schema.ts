import { isRecord } from '../json-value.ts';
import { fieldNames, readField } from './fields.ts';

const schemaFields = fieldNames(
  ...['type', 'format', 'title', 'description', 'nullable', 'enum', 'items', 'maxItems', 'minItems', 'properties'],
  ...['required', 'minProperties', 'maxProperties', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern'],
  ...['example', 'anyOf', 'propertyOrdering', 'default'],
);

export type SchemaProblem =
  | { readonly kind: 'unknown'; readonly name: string; readonly at: string }
  | { readonly kind: 'wrong'; readonly message: string };

/** Google's own schema is a part of OpenAPI's: what it has no field for fails the whole request. */
export function* schemaProblems(schema: unknown, at: string): Generator<SchemaProblem> {
  if (schema === undefined) return;
  if (!isRecord(schema)) return yield { kind: 'wrong', message: `Invalid value at '${at}' (Schema)` };
  for (const name of Object.keys(schema)) if (!schemaFields.has(name)) yield { kind: 'unknown', name, at };
  if (Array.isArray(schema.type)) {
    return yield {
      kind: 'wrong',
      message: `Proto field is not repeating, cannot start list. Invalid value at '${at}.type'`,
    };
  }
  const properties = isRecord(schema.properties) ? schema.properties : {};
  for (const [name, property] of Object.entries(properties)) {
    yield* schemaProblems(property, `${at}.properties[${name}]`);
  }
  yield* schemaProblems(schema.items, `${at}.items`);
  const options = readField(schema, 'anyOf');
  if (!Array.isArray(options)) return;
  for (const [index, option] of options.entries()) yield* schemaProblems(option, `${at}.any_of[${index}]`);
}

/** The same as JSON Schema, which differs in the case of its types. */
export function toJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(toJsonSchema);
  if (!isRecord(schema)) return schema;
  const entries = Object.entries(schema).map(([name, value]): [string, unknown] => {
    if (name === 'type' && typeof value === 'string') return [name, value.toLowerCase()];
    if (name === 'any_of') return ['anyOf', toJsonSchema(value)];
    return [name, name === 'enum' || name === 'default' ? value : toJsonSchema(value)];
  });
  return Object.fromEntries(entries);
}
