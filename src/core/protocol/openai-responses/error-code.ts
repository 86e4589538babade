import { fieldOf } from '../json-value.ts';

/** A closed-looking word, or `unknown`: an upstream's text must not pass as a code. */
export function errorCodeOf(error: unknown): string {
  for (const name of ['code', 'type']) {
    const code = fieldOf(error, name);
    if (typeof code === 'string' && code !== 'error' && /^[a-z][a-z_]{2,47}$/.test(code)) return code;
  }
  return 'unknown';
}
