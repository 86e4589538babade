import { fieldOf, listOf } from '../json-value.ts';

/** Google's own word for what went wrong, as a closed-looking word; an upstream's text must not pass as a code. */
export function codeOfError(error: unknown): string {
  // A refused key is an INVALID_ARGUMENT like a bad request; only the reason tells them apart.
  for (const detail of listOf(fieldOf(error, 'details'))) {
    const reason = fieldOf(detail, 'reason');
    if (typeof reason === 'string' && reason.startsWith('API_KEY_')) return wordOf(reason) ?? 'unknown';
  }
  return wordOf(fieldOf(error, 'status')) ?? 'unknown';
}

function wordOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const word = value.toLowerCase();
  return /^[a-z][a-z_]{2,47}$/.test(word) ? word : undefined;
}
