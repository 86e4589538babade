import type { Check, Scenario } from './scenarios.ts';
import { fallbackOf, primaryOf } from './scenarios.ts';
import type { Seen } from './wall.ts';

/** What a careful caller made of one call. */
export type Told = {
  readonly outcome: 'answer' | 'error' | 'hang';
  readonly isComplete: boolean;
  /** The model that the reply names. */
  readonly model: string | undefined;
  readonly hasUsage: boolean;
  /** Seconds of the bench. */
  readonly seconds: number;
  /** When it was sent, in seconds of the wall's clock. */
  readonly sentAt: number;
};

export type Played = {
  readonly scenario: Scenario;
  readonly told: readonly Told[];
  readonly seen: readonly Seen[];
  readonly isAlive: boolean;
  readonly scale: number;
};

export type Verdict = 'pass' | 'partial' | 'safe' | 'fail';

export type Score = { readonly verdict: Verdict; readonly why: string };

/** Pass: the caller got what it should, all checks hold. Safe: a clean error instead. Methodology 0.1. */
export function score(played: Played): Score {
  const { scenario, told } = played;
  if (told.some(({ outcome }) => outcome === 'hang')) return { verdict: 'fail', why: 'hangs' };
  if (told.some(({ outcome, isComplete }) => outcome === 'answer' && !isComplete)) {
    return { verdict: 'fail', why: 'a truncated answer that looks whole' };
  }
  const broken = scenario.checks.filter((check) => !holds(check, played));
  const required = broken.filter(({ isAdvisory }) => !isAdvisory);
  if (required.length > 0) return { verdict: 'fail', why: namesOf(required) };
  const ideal = scenario.ideal ?? 'answer';
  const isIdeal = told.every(({ outcome }) => outcome === ideal);
  if (!isIdeal)
    return ideal === 'error'
      ? { verdict: 'partial', why: 'went around it' }
      : { verdict: 'safe', why: 'a clean error' };
  return broken.length > 0 ? { verdict: 'partial', why: namesOf(broken) } : { verdict: 'pass', why: '' };
}

function namesOf(checks: readonly Check[]): string {
  return checks.map(({ kind }) => kind).join(', ');
}

function holds(check: Check, { scenario, told, seen, isAlive, scale }: Played): boolean {
  const primary = seen.filter(({ model }) => model === primaryOf(scenario));
  const first = primary[0]?.at ?? 0;
  const [call] = told;
  switch (check.kind) {
    case 'primary-at-least':
      return primary.length >= check.value;
    case 'primary-at-most':
      return primary.length <= check.value;
    case 'primary-within':
      return primary.filter(({ at }) => (at - first) * scale < check.seconds).length <= check.value;
    case 'first-gap':
      // Told to the gateway in seconds of the clock.
      return primary[1] !== undefined && primary[1].at - first >= check.value;
    case 'takes-at-most':
      return call !== undefined && call.seconds <= check.value;
    case 'complete':
      return call?.isComplete === true;
    case 'alive-after':
      return isAlive;
    case 'usage':
      return call?.hasUsage === true;
    case 'names-the-fallback':
      return call?.model === fallbackOf(scenario);
    case 'no-prefill-error':
      return !(call?.outcome === 'error' && seen.some(({ isPrefill, status }) => isPrefill && status === 400));
    case 'served-while-down':
      return servedWhileDown(told, downSeconds(scenario) / scale);
    case 'back-within': {
      const back = primary.find(({ status }) => status === 200);
      return back !== undefined && back.at * scale - downSeconds(scenario) <= check.value;
    }
  }
}

function servedWhileDown(told: readonly Told[], until: number): boolean {
  const during = told.filter(({ sentAt }) => sentAt < until);
  return during.length > 0 && during.every(({ outcome }) => outcome === 'answer');
}

function downSeconds({ primary }: Scenario): number {
  return primary.kind === 'flaps' ? primary.seconds : 0;
}
