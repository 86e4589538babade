import type { IncomingHttpHeaders } from 'node:http';

export type HeaderLimits = {
  /** Of the limit that is nearest to its end, the share that is left: 0–1. */
  readonly left: number;
  readonly resetsInMs: number;
};

/** OpenAI's names, and those of the many who took them over; Anthropic's. */
const families = [
  {
    of: 'x-ratelimit-remaining-',
    limit: 'x-ratelimit-limit-',
    reset: 'x-ratelimit-reset-',
    units: ['requests', 'tokens'],
  },
  {
    of: 'anthropic-ratelimit-',
    units: ['requests', 'tokens', 'input-tokens', 'output-tokens'],
  },
] as const;

const names = families.flatMap((family) =>
  family.units.map((unit) =>
    'limit' in family
      ? { left: family.of + unit, limit: family.limit + unit, reset: family.reset + unit }
      : {
          left: `${family.of}${unit}-remaining`,
          limit: `${family.of}${unit}-limit`,
          reset: `${family.of}${unit}-reset`,
        },
  ),
);

/** What the head of a reply says of its credential's limits; undefined: nothing that can be read. */
export function limitsLeft(headers: IncomingHttpHeaders, now: number): HeaderLimits | undefined {
  let nearest: HeaderLimits | undefined;
  for (const { left, limit, reset } of names) {
    const said = headers[left];
    if (said === undefined) continue;
    const remaining = readCount(said);
    const all = readCount(headers[limit]);
    const resetsInMs = readReset(headers[reset], now);
    if (remaining === undefined || !all || resetsInMs === undefined) continue;
    const share = remaining / all;
    if (!nearest || share < nearest.left) nearest = { left: share, resetsInMs };
  }
  return nearest;
}

function readCount(said: string | string[] | undefined): number | undefined {
  return typeof said === 'string' && /^\d{1,15}$/.test(said) ? Number(said) : undefined;
}

const durations = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;

/** `6m0s`, `20ms`, seconds, or an instant. */
function readReset(said: string | string[] | undefined, now: number): number | undefined {
  if (typeof said !== 'string' || said === '') return undefined;
  const seconds = Number(said);
  if (Number.isFinite(seconds)) return Math.max(0, seconds) * 1_000;
  const parts = durations.exec(said);
  if (parts) {
    const [hours = 0, minutes = 0, secs = 0, ms = 0] = parts.slice(1).map((part) => Number(part ?? 0));
    return ((hours * 60 + minutes) * 60 + secs) * 1_000 + ms;
  }
  const at = Date.parse(said);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
