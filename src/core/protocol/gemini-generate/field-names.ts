import { fieldOf } from '../json-value.ts';

// The API reads protobuf's JSON: a field may be written in camelCase or in snake_case, and what is repeated may stand
// alone without its list. Here the camelCase name stands for both.

const snakeNames = new Map<string, string>();

/** Of the names in our own tables alone, so that the map stays small. */
export function toSnake(name: string): string {
  let snake = snakeNames.get(name);
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    snakeNames.set(name, snake);
  }
  return snake;
}

/** The camelCase name of a key in either spelling; an underline at its beginning stays. */
export function toCamel(key: string): string {
  return key.includes('_') ? key.replace(/(?<!^)_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()) : key;
}

/** The member of an object by its camelCase name, in either spelling; null counts as absent. */
export function memberOf(value: unknown, name: string): unknown {
  return fieldOf(value, name) ?? fieldOf(value, toSnake(name)) ?? undefined;
}

/** A repeated field's values, also where one of them stands alone. */
export function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

/** Both spellings of each name: what a scan has to look for. */
export function bothSpellings(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => [name, toSnake(name)]));
}
