// Loaded with `--import` into a Fairlead and its threads: their calendar is so many days ahead. Nothing else changes, since
// durations are measured on the monotonic clock.
const days = Number(process.env.FAIRLEAD_TEST_SHIFT_DAYS);
if (!Number.isFinite(days)) throw new Error('shifted-clock.ts is loaded without FAIRLEAD_TEST_SHIFT_DAYS');
const shiftMs = days * 86_400_000;
const trueNow = Date.now.bind(Date);

globalThis.Date = new Proxy(Date, {
  construct: (target, given: [], newTarget) =>
    Reflect.construct(target, given.length === 0 ? [trueNow() + shiftMs] : given, newTarget),
  get: (target, name) => (name === 'now' ? () => trueNow() + shiftMs : Reflect.get(target, name)),
});

export {};
