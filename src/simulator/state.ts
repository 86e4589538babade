import { createPrefixCache, type PrefixCache } from './prefix-cache.ts';
import type { ServedLog } from './served-log.ts';

/** What one running simulator remembers: counters, hashes, and who is being served. Never a text. */
export type State = {
  readonly timeScale: number;
  readonly log: ServedLog;
  readonly prefixes: PrefixCache;
  readonly open: Set<Promise<void>>;
  readonly faults: Map<string, number>;
  readonly flaky: Map<string, number>;
  readonly onFault: (mode: string, mark: string | undefined) => void;
  requests: number;
  redirectsFollowed: number;
  isClosing: boolean;
};

const flakyMax = 4096;

export function createState(timeScale: number, log: ServedLog, onFault: State['onFault'] = () => {}): State {
  return {
    timeScale,
    log,
    prefixes: createPrefixCache(),
    open: new Set(),
    faults: new Map(),
    flaky: new Map(),
    onFault,
    requests: 0,
    redirectsFollowed: 0,
    isClosing: false,
  };
}

export function countFault(state: State, mode: string, mark: string | undefined): void {
  state.onFault(mode, mark);
  // Bounded by the table: a mode's number has a limit.
  state.faults.set(mode, (state.faults.get(mode) ?? 0) + 1);
}

/** Whether this call of a question fails: `failures` do, the next one does not, and so on. */
export function tripsAgain(state: State, key: string, failures: number): boolean {
  const before = state.flaky.get(key) ?? 0;
  state.flaky.delete(key);
  const trips = before < failures;
  if (trips) state.flaky.set(key, before + 1);
  const oldest = state.flaky.keys().next().value;
  if (state.flaky.size > flakyMax && oldest !== undefined) state.flaky.delete(oldest);
  return trips;
}
