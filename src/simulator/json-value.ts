export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const depthMax = 12;

/** The smallest plausible value that a simple JSON schema allows: what a model would fill in. */
export function buildValue(schema: unknown): unknown {
  return buildPart(schema, { root: schema, name: '', depth: 0 });
}

type Place = { readonly root: unknown; readonly name: string; readonly depth: number };

function buildPart(schema: unknown, place: Place): unknown {
  if (!isRecord(schema) || place.depth > depthMax) return place.depth > depthMax ? null : {};
  const deeper = { ...place, depth: place.depth + 1 };
  if (typeof schema.$ref === 'string') return buildPart(findReference(place.root, schema.$ref), deeper);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const options = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(options)) return buildPart(options[0], deeper);
  if (Array.isArray(schema.allOf)) return Object.assign({}, ...schema.allOf.map((part) => buildPart(part, deeper)));
  const type = Array.isArray(schema.type) ? schema.type[0] : (schema.type ?? guessType(schema));
  if (type === 'object') return buildObject(schema, deeper);
  if (type === 'array') return buildArray(schema, deeper);
  if (type === 'integer' || type === 'number') return buildNumber(schema);
  if (type === 'boolean') return true;
  if (type === 'null') return null;
  return buildText(schema, place.name);
}

function guessType(schema: JsonRecord): string {
  if ('items' in schema) return 'array';
  return 'properties' in schema || Object.keys(schema).length === 0 ? 'object' : 'string';
}

function buildObject(schema: JsonRecord, place: Place): JsonRecord {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  const names = required.filter((name): name is string => typeof name === 'string');
  return Object.fromEntries(names.map((name) => [name, buildPart(properties[name], { ...place, name })]));
}

function buildArray(schema: JsonRecord, place: Place): unknown[] {
  const length = typeof schema.minItems === 'number' ? Math.min(schema.minItems, 100) : 1;
  if (schema.items === undefined || schema.items === false) return [];
  return Array.from({ length }, () => buildPart(schema.items, place));
}

function buildNumber(schema: JsonRecord): number {
  const step = typeof schema.multipleOf === 'number' ? schema.multipleOf : 1;
  const above = typeof schema.exclusiveMinimum === 'number' ? schema.exclusiveMinimum + step : undefined;
  const least = typeof schema.minimum === 'number' ? schema.minimum : above;
  const below = typeof schema.exclusiveMaximum === 'number' ? schema.exclusiveMaximum - step : undefined;
  const most = typeof schema.maximum === 'number' ? schema.maximum : below;
  const wished = 7;
  const bounded = Math.min(Math.max(wished, least ?? wished), most ?? Number.POSITIVE_INFINITY);
  const stepped = Math.ceil(bounded / step) * step;
  return most !== undefined && stepped > most ? Math.floor(most / step) * step : stepped;
}

const textOfFormat: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  email: 'marit@example.com',
  uri: 'https://example.com/harbour',
  uuid: '0b5e5f0e-7a0b-4c53-9c39-6a2f3d1f0c11',
  ipv4: '192.0.2.7',
  ipv6: '2001:db8::7',
};

const textOfName: Readonly<Record<string, string>> = {
  location: 'Lorn harbour',
  city: 'Lorn',
  country: 'Norway',
  name: 'Marit',
  query: 'depth of the channel',
  date: '2026-01-31',
  url: 'https://example.com/harbour',
};

function buildText(schema: JsonRecord, name: string): string {
  const format = typeof schema.format === 'string' ? textOfFormat[schema.format] : undefined;
  const text = format ?? (Object.hasOwn(textOfName, name) ? textOfName[name] : undefined) ?? 'harbour';
  const least = typeof schema.minLength === 'number' ? Math.min(schema.minLength, 10_000) : 0;
  const most = typeof schema.maxLength === 'number' ? schema.maxLength : Number.POSITIVE_INFINITY;
  return text.padEnd(least, 'a').slice(0, Math.min(most, 10_000));
}

/** Only pointers into the same document: `#/$defs/step`, or `#` for a schema that contains itself. */
function findReference(root: unknown, pointer: string): unknown {
  const names = pointer.replace(/^#\/?/, '').split('/').filter(Boolean);
  return names.reduce<unknown>((found, name) => (isRecord(found) ? found[decodeURIComponent(name)] : undefined), root);
}
