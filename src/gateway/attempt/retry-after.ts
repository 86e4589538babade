import type { IncomingHttpHeaders } from 'node:http';

const retryAfterMsMax = 300_000;

/** What an upstream says of when to come again: milliseconds within a bound, or undefined. */
export function retryAfterOf(headers: IncomingHttpHeaders, now: number): number | undefined {
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(retryAfterMsMax, Math.max(0, ms)) : undefined;
}
