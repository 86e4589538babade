/** Days off in the country whose law the operator names. Loaded with the first request about privacy: most never have one. */
export async function holidaysOf(country: string | undefined): Promise<(day: number) => boolean> {
  // A country that nobody knows has no days off: then an answer is due sooner, never later.
  if (country === undefined || !/^[a-z]{2}$/i.test(country)) return () => false;
  const { default: Holidays } = await import('date-holidays');
  const days = new Holidays(country.toUpperCase());
  const byYear = new Map<number, ReadonlySet<number>>();
  return (day) => {
    const year = new Date(day * dayMs).getUTCFullYear();
    const known = byYear.get(year) ?? new Set(publicDays(days, year));
    byYear.set(year, known);
    return known.has(day);
  };
}

const dayMs = 86_400_000;

function publicDays(days: { getHolidays(year: number): readonly { date: string; type: string }[] }, year: number) {
  return days
    .getHolidays(year)
    .filter(({ type }) => type === 'public')
    .map(({ date }) => Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / dayMs);
}
