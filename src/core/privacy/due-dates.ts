/** Whose clock runs on a request about privacy. */
export type Clock = 'policy' | 'gdpr' | 'ccpa';

export type DueDates = {
  /** Each clock that runs, with the day on which its answer is due at the latest. Days are counted from 1970 in UTC. */
  readonly clocks: Readonly<Partial<Record<Clock, number>>>;
  /** The earliest of them. */
  readonly due: number;
  /** When a half, three quarters and nine tenths of the time are over. */
  readonly reminders: readonly [number, number, number];
};

export type DueAsk = {
  /** The day on which it was received, counted from 1970. */
  readonly received: number;
  /** ISO 3166 of who asks, in lower case; `us-ca` is California. Undefined: nobody knows, and every clock runs. */
  readonly country: string | undefined;
  readonly isHoliday: (day: number) => boolean;
};

/** What the policy promises. */
const businessDaysPromised = 30;
/** CCPA, 11 CCR § 7021: calendar days from receipt, also while somebody's identity is being verified. */
const ccpaDays = 45;

const economicArea: ReadonlySet<string> = new Set(
  'at be bg hr cy cz dk ee fi fr de gr hu ie it lv lt lu mt nl pl pt ro sk si es se is li no gb'.split(' '),
);

/** When a request must be answered at the latest: by the earliest of the clocks that run for whoever asks. */
export function dueDates({ received, country, isHoliday }: DueAsk): DueDates {
  const isKnown = country !== undefined;
  const clocks = {
    policy: addBusinessDays(received, businessDaysPromised, isHoliday),
    ...(!isKnown || economicArea.has(country) ? { gdpr: nextWorkingDay(addMonth(received), isHoliday) } : {}),
    ...(!isKnown || country.startsWith('us') ? { ccpa: received + ccpaDays } : {}),
  };
  const due = Math.min(...Object.values(clocks));
  const after = (share: number) => received + Math.floor((due - received) * share);
  return { clocks, due, reminders: [after(0.5), after(0.75), after(0.9)] };
}

/** The day of receipt does not count. */
function addBusinessDays(from: number, count: number, isHoliday: (day: number) => boolean): number {
  let day = from;
  for (let left = count; left > 0; ) {
    day += 1;
    if (isWorkingDay(day, isHoliday)) left -= 1;
  }
  return day;
}

/** GDPR, Article 12(3): the same date of the next month, its last day where it has no such date. */
function addMonth(from: number): number {
  const date = new Date(from * dayMs);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 2, 0)).getUTCDate();
  const same = Math.min(date.getUTCDate(), last);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, same) / dayMs;
}

/** Regulation 1182/71, Article 3(4): a period that would end on a day off ends with the next working day. */
function nextWorkingDay(from: number, isHoliday: (day: number) => boolean): number {
  let day = from;
  while (!isWorkingDay(day, isHoliday)) day += 1;
  return day;
}

const dayMs = 86_400_000;

/** The first of January 1970 was a Thursday. */
function isWorkingDay(day: number, isHoliday: (day: number) => boolean): boolean {
  const weekday = (day + 4) % 7;
  return weekday !== 0 && weekday !== 6 && !isHoliday(day);
}
