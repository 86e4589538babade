// A description of JSON values that says in words what is wrong with one.

/** What is wrong with a value, each with its place; nothing when all is well. */
export type Shape = (value: unknown, place: string) => readonly string[];

export const text = typed('a text', (value) => typeof value === 'string');
export const whole = typed('a whole number', Number.isSafeInteger);
export const count = typed('a count', (value) => Number.isSafeInteger(value) && Number(value) >= 0);
export const number = typed('a number', Number.isFinite);
export const flag = typed('true or false', (value) => typeof value === 'boolean');
export const anything: Shape = () => [];
export const anyObject = typed('an object', isRecord);

export function nullable(shape: Shape): Shape {
  return (value, place) => (value === null ? [] : shape(value, place));
}

export function word(...words: readonly string[]): Shape {
  return typed(words.join(' or '), (value) => typeof value === 'string' && words.includes(value));
}

export function list(shape: Shape): Shape {
  return (value, place) => {
    if (!Array.isArray(value)) return [`${place} is no list`];
    return value.flatMap((each, index) => shape(each, `${place}[${index}]`));
  };
}

export function either(first: Shape, second: Shape): Shape {
  return (value, place) => {
    const wrong = first(value, place);
    return wrong.length > 0 && second(value, place).length === 0 ? [] : wrong;
  };
}

type Fields = Readonly<Record<string, Shape>>;

/** Has all of the first, and of the second what it has. Other fields may stand beside them. */
export function object(required: Fields, optional: Fields = {}): Shape {
  return (value, place) => {
    if (!isRecord(value)) return [`${place} is no object`];
    const missing = Object.keys(required).filter((name) => !Object.hasOwn(value, name));
    const judged = Object.entries({ ...required, ...optional }).filter(([name]) => Object.hasOwn(value, name));
    return [
      ...missing.map((name) => `${place}.${name} is missing`),
      ...judged.flatMap(([name, shape]) => shape(value[name], `${place}.${name}`)),
    ];
  };
}

/** One of several objects, told apart by their `type`, and nothing else. */
export function byType(shapes: Fields): Shape {
  return (value, place) => {
    const type = isRecord(value) ? String(value.type) : '';
    const shape = Object.hasOwn(shapes, type) ? shapes[type] : undefined;
    return shape ? shape(value, `${place} (${type})`) : [`${place} has no known type: "${type}"`];
  };
}

function typed(name: string, is: (value: unknown) => boolean): Shape {
  return (value, place) => (is(value) ? [] : [`${place} is not ${name}`]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
