/** How long health takes its time over things. Milliseconds; tests divide them with all other deadlines. */
export type HealthPace = {
  /** An endpoint's first ejection; the n-th in a row is n times as long. */
  readonly ejectMs: number;
  readonly ejectMaxMs: number;
  /** One live request looks after an ejected endpoint at least this often. */
  readonly probeMs: number;
  /** From its first good answer until an endpoint has all its traffic again. */
  readonly rampMs: number;
};
