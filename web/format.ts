// How numbers are written, once for all pages.

/** A decimal of dollars with as many digits as it needs not to look like nothing. */
export function money(usd: string | number | null): string {
  if (usd === null) return '–';
  const exact = exactMoney(usd);
  const [whole = '0', places = ''] = exact.replace('-', '').split('.');
  const sign = exact.startsWith('-') ? '−' : '';
  const first = places.search(/[1-9]/);
  const digits = whole !== '0' || first < 2 ? 2 : Math.min(9, first + 2);
  return `${sign}$${grouped(whole)}.${places.padEnd(9, '0').slice(0, digits)}`;
}

/** To the nano-dollar. */
export function exactMoney(usd: string | number): string {
  const text = typeof usd === 'number' ? usd.toFixed(9) : usd;
  const [whole = '0', places = ''] = text.split('.');
  return `${whole}.${places.padEnd(9, '0')}`;
}

function grouped(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+$)/g, ',');
}

export function count(value: number | null): string {
  return value === null ? '–' : value.toLocaleString('en-US');
}

/** 12400 → 12.4 k. */
export function short(value: number): string {
  if (value < 1_000) return String(value);
  const [scaled, unit] = value < 1_000_000 ? [value / 1_000, 'k'] : [value / 1_000_000, 'M'];
  return `${Math.round(scaled * 10) / 10} ${unit}`;
}

/** 5300 → 5.3 kB. */
export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  const [scaled, unit] = value < 1_000_000 ? [value / 1_000, 'kB'] : [value / 1_000_000, 'MB'];
  return `${Math.round(scaled * 10) / 10} ${unit}`;
}

export function milliseconds(ms: number | null): string {
  return ms === null ? '–' : `${count(Math.round(ms))} ms`;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** 11520000 → 3 h 12 min. */
export function span(ms: number): string {
  if (ms < minuteMs) return `${Math.max(0, Math.round(ms / 1_000))} s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`;
  if (ms < dayMs) return `${Math.floor(ms / hourMs)} h ${Math.floor((ms % hourMs) / minuteMs)} min`;
  return `${Math.floor(ms / dayMs)} d ${Math.floor((ms % dayMs) / hourMs)} h`;
}

/** Relative under a day, else the day and hour in the reader's own zone. */
export function moment(iso: string, now: number): string {
  const at = Date.parse(iso);
  const ago = now - at;
  if (ago >= 0 && ago < minuteMs) return 'just now';
  if (ago >= 0 && ago < dayMs) return `${span(ago).split(' ').slice(0, 2).join(' ')} ago`;
  if (ago < 0 && -ago < dayMs) return `in ${span(-ago)}`;
  return new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}

export function utc(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

/** When a limit's window ends, in UTC; null: never. */
export function windowOf(
  reset: 'daily' | 'weekly' | 'monthly' | null,
  now: number,
): { readonly from: number; readonly until: number } | null {
  const day = Math.floor(now / dayMs) * dayMs;
  const date = new Date(now);
  switch (reset) {
    case null:
      return null;
    case 'daily':
      return { from: day, until: day + dayMs };
    case 'weekly': {
      const monday = day - ((date.getUTCDay() + 6) % 7) * dayMs;
      return { from: monday, until: monday + 7 * dayMs };
    }
    case 'monthly': {
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      return { from: Date.UTC(year, month, 1), until: Date.UTC(year, month + 1, 1) };
    }
  }
}
