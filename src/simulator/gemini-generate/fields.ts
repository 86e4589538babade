import { isRecord, type JsonRecord } from '../json-value.ts';

/** A field under its camelCase or its snake_case name: Google reads both. */
export function readField(record: unknown, name: string): unknown {
  if (!isRecord(record)) return undefined;
  return record[name] ?? record[toSnake(name)];
}

/** A list, or one thing where a list is expected: Google takes that, too. */
export function readList(record: unknown, name: string): readonly unknown[] {
  const value = readField(record, name);
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

export function toSnake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The first name that a message has no field for. */
export function findUnknown(record: JsonRecord, known: ReadonlySet<string>): string | undefined {
  return Object.keys(record).find((name) => !known.has(name));
}

/** The names of fields, in both spellings. */
export function fieldNames(...names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => [name, toSnake(name)]));
}
