/** The days of a time zone, as instants (epoch milliseconds): allowances start anew at UTC midnight unless they name a zone. */

const hourMs = 3_600_000;

const clocks = new Map<string, Intl.DateTimeFormat>();

/** The calendar date that people in this zone read at this instant, as `2026-11-29`. */
export function dateIn(zone: string, instant: number): string {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
}

/** The first instant of a date in a zone. Where clocks skip midnight, the day begins when they land in it. */
export function startOfDate(zone: string, date: string): number {
  const utc = Date.parse(`${date}T00:00:00Z`);
  // No zone is farther than 14 hours from UTC, and dates only grow.
  let before = utc - 15 * hourMs;
  let from = utc + 15 * hourMs;
  while (from - before > 1_000) {
    const middle = Math.floor((before + from) / 2_000) * 1_000;
    if (dateIn(zone, middle) < date) before = middle;
    else from = middle;
  }
  return from;
}

export function isTimeZone(zone: string): boolean {
  try {
    clockOf(zone);
    return true;
  } catch {
    return false;
  }
}

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  clocks.set(zone, made);
  return made;
}
