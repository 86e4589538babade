import type { PlanStep } from './plan.ts';
import type { Harm, Verdict } from './verdict.ts';

/** One attempt that failed, and what its verdict allows. */
export type Tried = Pick<Verdict, 'next' | 'harm'> & {
  readonly step: PlanStep;
  /** What the upstream said of when to come again. */
  readonly retryAfterMs: number | undefined;
  /** The endpoint has a credential that works and was not tried. */
  readonly otherCredential?: boolean;
};

export type NextAttempt = {
  readonly step: PlanStep;
  /** Milliseconds to wait before it. */
  readonly waitMs: number;
};

export type RetryPace = {
  /** Before the same endpoint is asked once more. */
  readonly backoffMs: number;
  /** A `Retry-After` up to this long is waited for. */
  readonly retryAfterMsMax: number;
};

const attemptsMax = 3;
const perEndpointMax = 2;

/**
 * Which endpoint is asked after those that failed: the same with another credential, where that was to blame; another one of
 * the same model at once; the same once more, where that may help, before another model; then the next model. Undefined:
 * nobody is left. At most three attempts in all, two at an endpoint. `ruledOut` holds endpoints that cannot carry the request.
 */
export function nextAttempt(
  steps: readonly PlanStep[],
  tried: readonly Tried[],
  ruledOut: ReadonlySet<PlanStep>,
  pace: RetryPace,
): NextAttempt | undefined {
  const last = tried.at(-1);
  if (tried.length >= attemptsMax || last?.next === 'stop') return undefined;
  const fresh = (step: PlanStep) =>
    !ruledOut.has(step) && !tried.some((each) => each.step.endpoint === step.endpoint) && holds(step, tried);
  if (!last) return atOnce(steps.find(fresh));
  const again = retrySame(last, tried, pace);
  if (again && isOfCredential(last)) return again;
  // Where all models stand in one order, each stands for the others.
  const sameModel = (step: PlanStep) =>
    step.model === last.step.model || (step.isInOneOrder === true && last.step.isInOneOrder === true);
  if (last.next !== 'larger') {
    const sibling = steps.find((step) => sameModel(step) && fresh(step));
    if (sibling) return atOnce(sibling);
  }
  const otherModel = steps.find((step) => (last.next === 'larger' || !sameModel(step)) && fresh(step));
  // The last attempt is not spent on an endpoint that has just failed while a model is left that was not asked.
  const isLast = tried.length + 1 >= attemptsMax;
  if (again && !(otherModel && (isLast || last.next === 'others-first'))) return again;
  return atOnce(otherModel);
}

/** Is there somebody else to ask when this one does not begin to answer in time? */
export function hasOther(
  steps: readonly PlanStep[],
  tried: readonly Tried[],
  ruledOut: ReadonlySet<PlanStep>,
  current: PlanStep,
): boolean {
  if (tried.length + 1 >= attemptsMax) return false;
  return steps.some(
    (step) =>
      step.endpoint !== current.endpoint &&
      !ruledOut.has(step) &&
      holds(step, tried) &&
      !tried.some((each) => each.step.endpoint === step.endpoint),
  );
}

/** What was too long for one model goes on to a larger one alone. */
function holds({ endpoint }: PlanStep, tried: readonly Tried[]): boolean {
  return tried.every(({ step, next }) => next !== 'larger' || endpoint.context > step.endpoint.context);
}

function retrySame(last: Tried, tried: readonly Tried[], pace: RetryPace): NextAttempt | undefined {
  const { step, next, harm, retryAfterMs } = last;
  const isOften = tried.filter((each) => each.step.endpoint === step.endpoint).length >= perEndpointMax;
  if (isOften) return undefined;
  if (isOfCredential(last)) return { step, waitMs: 0 };
  // What is wrong with a credential or a name is still wrong a moment later.
  if (next === 'larger' || (harm !== 'endpoint' && harm !== 'limited')) return undefined;
  if (retryAfterMs !== undefined) {
    return retryAfterMs <= pace.retryAfterMsMax ? { step, waitMs: retryAfterMs } : undefined;
  }
  return next === 'any' || next === 'others-first' ? { step, waitMs: pace.backoffMs } : undefined;
}

/** What one credential met another may not. */
function isOfCredential({ otherCredential = false, harm }: Tried): boolean {
  return otherCredential && ofCredential.has(harm);
}

const ofCredential: ReadonlySet<Harm> = new Set(['limited', 'credential-refused', 'credential-unpaid']);

function atOnce(step: PlanStep | undefined): NextAttempt | undefined {
  return step && { step, waitMs: 0 };
}
