/** How long health takes its time over things. Milliseconds; tests divide them with all other deadlines. */
export type HealthPace = {
  /** An endpoint's first ejection; the n-th in a row is n times as long. */
  readonly ejectMs: number;
  readonly ejectMaxMs: number;
  /** One live request looks after an ejected endpoint at least this often. */
  readonly probeMs: number;
  /** From its first good answer until an endpoint has all its traffic again. */
  readonly rampMs: number;
  /** A model that its upstream does not know. */
  readonly missingMs: number;
  /** What a 429 takes a credential out for, whatever it says. */
  readonly limitedMinMs: number;
  readonly limitedMaxMs: number;
  /** A credential that was refused is tried again this often, beside what an operator does. */
  readonly refusedMs: number;
  /** An account without money; twice as long each time in a row. */
  readonly unpaidMs: number;
  readonly unpaidMaxMs: number;
  /** How old what is ranked by may be. */
  readonly lookMs: number;
};

/** The two that an operator sets decide the others: with 30 s and 10 s a ramp is a minute, a missing model ten. */
export function healthPace({ ejectMs, probeMs }: Pick<HealthPace, 'ejectMs' | 'probeMs'>): HealthPace {
  return {
    ejectMs,
    ejectMaxMs: 10 * ejectMs,
    probeMs,
    rampMs: 2 * ejectMs,
    missingMs: 60 * probeMs,
    limitedMinMs: probeMs / 10,
    limitedMaxMs: 30 * probeMs,
    refusedMs: 30 * probeMs,
    unpaidMs: 360 * probeMs,
    unpaidMaxMs: 8_640 * probeMs,
    lookMs: probeMs / 40,
  };
}
