import { fieldOf, parseForeignObject, textOf } from './json-value.ts';

/** As OpenAI and those like it write them, or a UUID. What looks like none is no id: it may be words, which no table gets. */
const idPattern =
  /^(?:(?:file|batch|resp)[-_][A-Za-z0-9_-]{1,120}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/** The id of an object that an upstream keeps; undefined when it says none that may be kept in a table. */
export function idOf(object: Uint8Array, name = 'id'): string | undefined {
  const id = textOf(fieldOf(parseForeignObject(object), name));
  return id !== undefined && idPattern.test(id) ? id : undefined;
}
