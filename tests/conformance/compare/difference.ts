import { isDeepStrictEqual } from 'node:util';

export type Difference = { readonly path: string; readonly detail: string };

/** The first place where two plain values differ; undefined and an absent name are the same. */
export function firstDifference(expected: unknown, found: unknown, path = ''): Difference | undefined {
  if (isDeepStrictEqual(expected, found)) return undefined;
  if (Array.isArray(expected) && Array.isArray(found)) {
    for (let place = 0; place < Math.max(expected.length, found.length); place += 1) {
      const difference = firstDifference(expected[place], found[place], `${path}[]`);
      if (difference) return difference;
    }
    return undefined;
  }
  if (isRecord(expected) && isRecord(found)) {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
      const difference = firstDifference(expected[name], found[name], `${path}.${name}`);
      if (difference) return difference;
    }
    return undefined;
  }
  return { path, detail: `expected ${show(expected)}, found ${show(found)}` };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const written = JSON.stringify(value) ?? 'nothing';
  return written.length > 160 ? `${written.slice(0, 120)}… (${written.length})` : written;
}
