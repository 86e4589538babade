import { isObject, type JsonObject, numberOf } from './json-value.ts';

/** More is not looked at: whoever writes a schema decides how long it takes to judge. */
const stepsMax = 5_000;
const depthMax = 64;

type Walk = { readonly root: unknown; steps: number };

/** Nobody says so much in one choice, or in one address of a schema. */
const choicesMax = 1_000;
const refCharsMax = 500;

/**
 * Does a value fit a JSON Schema (Draft 7, and what tools use of later ones)? What it does not know, cannot find, or would take too
 * long over counts as fitting. Patterns and formats are not judged: a caller's pattern could take for ever.
 */
export function fitsSchema(schema: unknown, value: unknown): boolean {
  const walk: Walk = { root: schema, steps: 0 };
  const fits = judge(schema, value, walk, 0);
  return fits || walk.steps > stepsMax;
}

function judge(schema: unknown, value: unknown, walk: Walk, depth: number): boolean {
  walk.steps += 1;
  if (walk.steps > stepsMax || depth > depthMax) return true;
  if (schema === false) return false;
  if (!isObject(schema)) return true;
  if (typeof schema.$ref === 'string') {
    return schema.$ref.length > refCharsMax || judge(resolve(schema.$ref, walk.root), value, walk, depth + 1);
  }
  if (value === null && schema.nullable === true) return true;
  return (
    isOfType(schema.type, value) &&
    (!Array.isArray(schema.enum) || isAmong(schema.enum, value, walk)) &&
    (!('const' in schema) || isAmong([schema.const], value, walk)) &&
    isInRange(schema, value) &&
    fitsParts(schema, value, walk, depth) &&
    fitsCombined(schema, value, walk, depth)
  );
}

/** `#/$defs/city`; what lies elsewhere is not fetched, and fits. */
function resolve(ref: string, root: unknown): unknown {
  if (!ref.startsWith('#')) return true;
  let found: unknown = root;
  for (const part of ref.slice(1).split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    found = (isObject(found) || Array.isArray(found)) && Object.hasOwn(found, name) ? Reflect.get(found, name) : true;
  }
  return found;
}

function isOfType(type: unknown, value: unknown): boolean {
  const types = Array.isArray(type) ? type.slice(0, choicesMax) : type === undefined ? [] : [type];
  // Gemini writes them large. What is no text names no type.
  return types.length === 0 || types.some((each) => typeof each !== 'string' || isOne(each.toLowerCase(), value));
}

function isOne(type: string, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value) && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'string':
    case 'boolean':
      return typeof value === type;
    case 'number':
      return typeof value === 'number';
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    default:
      return true;
  }
}

function isInRange(schema: JsonObject, value: unknown): boolean {
  // A bound that no number of ours can hold is none.
  const within = (least: string, most: string, size: number) =>
    !(size < (numberOf(schema[least]) ?? size)) && !(size > (numberOf(schema[most]) ?? size));
  if (typeof value === 'number') {
    const { exclusiveMinimum: above, exclusiveMaximum: below } = schema;
    const isInside = (typeof above !== 'number' || value > above) && (typeof below !== 'number' || value < below);
    return isInside && within('minimum', 'maximum', value);
  }
  if (typeof value === 'string') return within('minLength', 'maxLength', [...value].length);
  return !Array.isArray(value) || within('minItems', 'maxItems', value.length);
}

function fitsParts(schema: JsonObject, value: unknown, walk: Walk, depth: number): boolean {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return true;
    return value.every((each, at) => judge(Array.isArray(items) ? (items[at] ?? true) : items, each, walk, depth + 1));
  }
  if (!isObject(value)) return true;
  const { properties, required, additionalProperties: others = true, patternProperties } = schema;
  const known = isObject(properties) ? properties : {};
  if (Array.isArray(required) && lacksOne(required, value, walk)) return false;
  return Object.entries(value).every(([name, each]) => {
    if (Object.hasOwn(known, name)) return judge(known[name], each, walk, depth + 1);
    return patternProperties !== undefined || judge(others, each, walk, depth + 1);
  });
}

function fitsCombined({ allOf, anyOf, oneOf, not }: JsonObject, value: unknown, walk: Walk, depth: number): boolean {
  const fits = (schema: unknown) => judge(schema, value, walk, depth + 1);
  return (
    (!Array.isArray(allOf) || allOf.every(fits)) &&
    (!Array.isArray(anyOf) || anyOf.some(fits)) &&
    (!Array.isArray(oneOf) || oneOf.filter(fits).length === 1) &&
    (not === undefined || !fits(not))
  );
}

function lacksOne(required: readonly unknown[], value: JsonObject, walk: Walk): boolean {
  walk.steps += required.length;
  if (walk.steps > stepsMax) return false;
  return required.some((name) => typeof name === 'string' && !Object.hasOwn(value, name));
}

/** Each choice is a step, and the value is written out once for all of them. */
function isAmong(choices: readonly unknown[], value: unknown, walk: Walk): boolean {
  walk.steps += choices.length;
  if (walk.steps > stepsMax) return true;
  if (typeof value !== 'object' || value === null) return choices.includes(value);
  const written = JSON.stringify(value);
  return choices.some((each) => typeof each === 'object' && JSON.stringify(each) === written);
}
