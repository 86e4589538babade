import { fieldOf, parseForeignObject, textOf } from './json-value.ts';

const idPattern = /^[A-Za-z0-9_-]{1,128}$/;

/** The id of an object that an upstream keeps; undefined when it says none that may be kept in a table. */
export function idOf(object: Uint8Array, name = 'id'): string | undefined {
  const id = textOf(fieldOf(parseForeignObject(object), name));
  return id !== undefined && idPattern.test(id) ? id : undefined;
}
