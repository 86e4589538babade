/** When an allowance starts anew. `all` never does. */
export type WindowKind = 'all' | 'day' | 'week' | 'month';

/** One span of one kind: its id is the same for everybody who computes it. `endsAt` belongs to the next one. */
export type Window = { readonly id: string; readonly endsAt: number | null };

const dayMs = 86_400_000;

/** The window that holds this instant (epoch milliseconds): UTC midnights, ISO weeks, calendar months. */
export function windowAt(kind: WindowKind, instant: number): Window {
  switch (kind) {
    case 'all':
      return { id: 'all', endsAt: null };
    case 'day':
      return { id: isoDate(instant), endsAt: midnightBefore(instant) + dayMs };
    case 'week':
      return weekAt(instant);
    case 'month':
      return monthAt(instant);
  }
}

/** An ISO week belongs to the year that holds its Thursday. */
function weekAt(instant: number): Window {
  const midnight = midnightBefore(instant);
  const daysSinceMonday = (new Date(midnight).getUTCDay() + 6) % 7;
  const monday = midnight - daysSinceMonday * dayMs;
  const thursday = monday + 3 * dayMs;
  const year = new Date(thursday).getUTCFullYear();
  const week = 1 + Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * dayMs));
  return { id: `${year}-W${String(week).padStart(2, '0')}`, endsAt: monday + 7 * dayMs };
}

function monthAt(instant: number): Window {
  const date = new Date(instant);
  return { id: isoDate(instant).slice(0, 7), endsAt: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) };
}

function midnightBefore(instant: number): number {
  return Math.floor(instant / dayMs) * dayMs;
}

function isoDate(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
