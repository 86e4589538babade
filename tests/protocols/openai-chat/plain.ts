import { Content } from '#core/generation/content.ts';

/** A neutral value with its contents open and without what is undefined, so that it can be compared. */
export function plain(value: unknown): unknown {
  if (value instanceof Content) return value.revealJson('translate');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => (each === undefined ? [] : [[name, plain(each)]])),
  );
}
