// Loaded with `--import` into a Fairlead and its threads: as the file FAIRLEAD_TEST_DISTURB says, their calendar is so many
// milliseconds off, and the keeper's thread ends at once, as if it had been killed, each time that the number of kills grows.
import { readFileSync } from 'node:fs';
import { threadName } from 'node:worker_threads';

const file = process.env.FAIRLEAD_TEST_DISTURB;
if (file === undefined) throw new Error('disturbed-process.ts is loaded without FAIRLEAD_TEST_DISTURB');

/** What a test writes into the file. */
export type Disturbance = { readonly shiftMs: number; readonly keeperKills: number };

const lookMs = 20;
const trueNow = Date.now.bind(Date);
let disturbance = read();
const killsBefore = disturbance.keeperKills;

setInterval(() => {
  disturbance = read();
  // On a worker thread that ends the thread alone, with all that it was about to do.
  if (threadName === 'keeper' && disturbance.keeperKills > killsBefore) process.exit(1);
}, lookMs).unref();

function read(): Disturbance {
  // The test's own file, which it replaces whole.
  return JSON.parse(readFileSync(String(file), 'utf8')) as Disturbance;
}

globalThis.Date = new Proxy(Date, {
  construct: (target, given: [], newTarget) =>
    Reflect.construct(target, given.length === 0 ? [trueNow() + disturbance.shiftMs] : given, newTarget),
  get: (target, name) => (name === 'now' ? () => trueNow() + disturbance.shiftMs : Reflect.get(target, name)),
});
