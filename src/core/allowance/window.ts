import { dateIn, startOfDate } from './zoned-day.ts';

/** When an allowance starts anew. `all` never does. */
export type WindowKind = 'all' | 'day' | 'week' | 'month';

/** One span of one kind: its id is the same for everybody who computes it. `endsAt` belongs to the next one. */
export type Window = { readonly id: string; readonly endsAt: number | null };

const dayMs = 86_400_000;

/**
 * The window that holds this instant (epoch milliseconds): midnights, ISO weeks, calendar months, of UTC or of the zone that an
 * allowance names.
 */
export function windowAt(kind: WindowKind, instant: number, zone = 'UTC'): Window {
  if (kind === 'all') return { id: 'all', endsAt: null };
  const date = zone === 'UTC' ? new Date(instant).toISOString().slice(0, 10) : dateIn(zone, instant);
  const { id, nextDate } = calendarWindow(kind, date);
  return { id, endsAt: zone === 'UTC' ? Date.parse(`${nextDate}T00:00:00Z`) : startOfDate(zone, nextDate) };
}

/** By the calendar alone: which window a date belongs to, and the first date of the next one. */
function calendarWindow(kind: Exclude<WindowKind, 'all'>, date: string): { id: string; nextDate: string } {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  switch (kind) {
    case 'day':
      return { id: date, nextDate: isoDate(midnight + dayMs) };
    case 'week':
      return weekOf(midnight);
    case 'month': {
      const day = new Date(midnight);
      return { id: date.slice(0, 7), nextDate: isoDate(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1)) };
    }
  }
}

/** An ISO week belongs to the year that holds its Thursday. */
function weekOf(midnight: number): { id: string; nextDate: string } {
  const daysSinceMonday = (new Date(midnight).getUTCDay() + 6) % 7;
  const monday = midnight - daysSinceMonday * dayMs;
  const thursday = monday + 3 * dayMs;
  const year = new Date(thursday).getUTCFullYear();
  const week = 1 + Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * dayMs));
  return { id: `${year}-W${String(week).padStart(2, '0')}`, nextDate: isoDate(monday + 7 * dayMs) };
}

function isoDate(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
