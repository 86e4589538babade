/**
 * Requests per minute as one number, the theoretical arrival time of the generic cell rate algorithm (MONEY §3): in any span
 * of time no more is given than the limit of that span and one burst. Instants are milliseconds of one clock.
 */
export type RequestRate = {
  readonly perMinute: number;
  /** So many may come at once. */
  readonly burst: number;
};

/** When the next permit would be due if all had come evenly; 0 before the first. */
export type ArrivalTime = number;

export type Permits = {
  /** From 0 up to what was wanted. */
  readonly granted: number;
  readonly arrival: ArrivalTime;
  /** Until one more can be had; 0 when all that was wanted was given. */
  readonly retryAfterMs: number;
};

const minuteMs = 60_000;

/** As many of the wanted permits as may be given now. */
export function takePermits(
  rate: RequestRate,
  arrival: ArrivalTime,
  { wanted, now }: { readonly wanted: number; readonly now: number },
): Permits {
  const eachMs = minuteMs / rate.perMinute;
  const from = Math.max(now, arrival);
  // A hair is added: what was moved by whole permits must come out as whole ones.
  const room = Math.floor((rate.burst * eachMs - (from - now)) / eachMs + 1e-6);
  const granted = Math.max(0, Math.min(wanted, room));
  const next = from + granted * eachMs;
  const isAll = granted === wanted;
  return { granted, arrival: next, retryAfterMs: isAll ? 0 : Math.max(1, next - now - (rate.burst - 1) * eachMs) };
}

/** What was taken ahead and not used comes back, so that sharing a limit among gateways wastes none of it. */
export function returnPermits(rate: RequestRate, arrival: ArrivalTime, unused: number): ArrivalTime {
  return arrival - unused * (minuteMs / rate.perMinute);
}
