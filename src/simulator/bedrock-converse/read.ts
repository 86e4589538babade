import { isRecord, type JsonRecord } from '../json-value.ts';

const nothing: JsonRecord = {};

/** What stands there, if it is a list; else an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function recordOf(value: unknown): JsonRecord {
  return isRecord(value) ? value : nothing;
}
