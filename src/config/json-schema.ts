import { z } from 'zod';
import { fileSchema } from './file-schema.ts';

/** The part of JSON Schema that ours uses. */
export type JsonSchema = {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
};

/** The configuration file as JSON Schema, for editors: served at /schema/config.json. */
export function configJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(fileSchema, { io: 'input' });
  // A parser's edge: the library's type is wider than what it makes of this schema.
  return { title: 'Fairlead configuration', ...schema } as JsonSchema;
}

/** The schema of the setting at this path; names that the operator chose match their section's entries. */
export function schemaAt(schema: JsonSchema, path: readonly (string | number)[]): JsonSchema | undefined {
  let here: JsonSchema | undefined = schema;
  for (const step of path) here = here && below(here, step);
  return here;
}

/** Every setting, as documented: `upstreams.<name>.api_keys`, `…price.tiers[].above_input`. */
export function documentedNames(schema: JsonSchema, name = ''): string[] {
  const section = sectionOf(schema);
  const own = Object.entries(section.properties ?? {}).flatMap(([key, value]) => {
    const full = name === '' ? key : `${name}.${key}`;
    return [full, ...documentedNames(value, full)];
  });
  const entries = section.additionalProperties;
  const chosen = typeof entries === 'object' ? documentedNames(entries, `${name}.<${entryWord(name)}>`) : [];
  return [...own, ...chosen, ...(section.items ? documentedNames(section.items, `${name}[]`) : [])];
}

/** Where a value may also be a single word, the section is what has names. */
export function sectionOf(schema: JsonSchema): JsonSchema {
  return schema.anyOf?.find((option) => option.properties !== undefined) ?? schema;
}

function below(schema: JsonSchema, step: string | number): JsonSchema | undefined {
  const section = sectionOf(schema);
  if (typeof step === 'number') return section.items;
  const entries = section.additionalProperties;
  if (section.properties && Object.hasOwn(section.properties, step)) return section.properties[step];
  return typeof entries === 'object' ? entries : undefined;
}

function entryWord(name: string): string {
  return name.endsWith('models') ? 'model' : 'name';
}
