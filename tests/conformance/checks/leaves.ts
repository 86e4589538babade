import { isPlain } from '../oracle/plain.ts';

export type Leaf = { readonly path: string; readonly keys: readonly (string | number)[]; readonly value: unknown };

/** Every text, number and flag in a JSON value. */
export function leavesOf(value: unknown, keys: readonly (string | number)[] = []): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item, place) => leavesOf(item, [...keys, place]));
  if (isPlain(value)) return Object.entries(value).flatMap(([name, item]) => leavesOf(item, [...keys, name]));
  if (value === null || value === undefined) return [];
  return [{ path: keys.map((key) => (typeof key === 'number' ? '[]' : `.${key}`)).join(''), keys, value }];
}

/** A copy in which that leaf says something else. */
export function spoil(value: unknown, { keys, value: old }: Leaf): unknown {
  const copy = structuredClone(value);
  let into = copy as Record<string | number, unknown>;
  for (const key of keys.slice(0, -1)) into = into[key] as Record<string | number, unknown>;
  const last = keys.at(-1);
  if (last !== undefined) into[last] = otherThan(old);
  return copy;
}

function otherThan(old: unknown): unknown {
  if (typeof old === 'number') return old + 1;
  if (typeof old === 'boolean') return !old;
  const written = String(old);
  // Arguments stay JSON, so that it is their meaning that changes.
  if (/^\s*\{[\s\S]*\}\s*$/.test(written))
    return written.replace(/\}\s*$/, `${/^\s*\{\s*\}/.test(written) ? '' : ','}"x":1}`);
  return `Ax${written}`;
}
