import { Fault, type FaultName } from '#core/generation/fault.ts';
import type { AttemptRecord } from '#core/journal/record.ts';
import type { RequestFacts } from '#core/protocol/protocol.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import type { OpenAttempt } from '#core/routing/health/health-book.ts';
import { hasOther, nextAttempt, type RetryPace, type Tried } from '#core/routing/next-attempt.ts';
import type { Plan, PlanStep } from '#core/routing/plan.ts';
import { type AttemptTrouble, judgeTrouble, type Verdict } from '#core/routing/verdict.ts';
import type { Call } from '../call.ts';
import type { Caller } from '../caller/callers.ts';
import type { Gateway } from '../gateway.ts';
import type { HeldSoFar } from '../relay/held-answer.ts';
import { hedgeAfterMs, runHedged } from './hedge.ts';
import { LastResort } from './last-resort.ts';
import type { Passage } from './passage.ts';
import { type Answer, startAttempt } from './start-attempt.ts';

/** The first answer that began, and everything that was tried. */
export type Attempted = {
  readonly answer: Answer;
  readonly step: PlanStep;
  readonly passage: Passage;
  /** Under way until the generation is concluded. */
  readonly open: OpenAttempt;
};

export type AttemptAsk = {
  readonly call: Call;
  readonly caller: Caller;
  readonly facts: RequestFacts;
  readonly plan: Plan;
  readonly open: (step: PlanStep) => Passage;
  /** Aborted when the caller leaves or the deadline passes. */
  readonly stop: StopSignal;
  /** Filled as attempts end, also for those who read it after a throw. */
  readonly attempts: AttemptRecord[];
  /** An endpoint began to answer: it may bill for it. Undefined: it failed all the same. */
  readonly onHead: (endpoint: Endpoint | undefined) => void;
  /** So much of an answer has come that is not passed on yet. */
  readonly onProgress: (endpoint: Endpoint, outputBytes: number) => void;
  /** A second endpoint may be asked beside one that is slow. */
  readonly mayHedge: boolean;
  /** It was asked in vain: another one was faster. */
  readonly onLost: (endpoint: Endpoint) => void;
  /** Whole delivery: told of each stream that is kept back. Undefined: streams go on from their first content. */
  readonly onHeld: ((answer: HeldSoFar) => void) | undefined;
};

/**
 * An object and no closure: what a closure that is stored and taken away again leaves behind lives until the collector looks at
 * the old, and with it the whole request (docs/decisions/0004).
 */
export type Stoppable = { stopped(): void };

/** Why a generation must stop, and whom to tell: an AbortSignal would cost each request an allocation of several objects. */
export type StopSignal = {
  /** `caller-deadline`: the one that the caller itself named, which it pays for as if it had left. */
  reason: 'caller-left' | 'caller-deadline' | 'deadline' | 'drain' | undefined;
  /** At most one listener at a time: whoever waits now. */
  listener: Stoppable | undefined;
  /** The generation goes on, but with another endpoint that was faster. */
  isLost?: true;
};

/**
 * Tries the plan's endpoints until one begins to answer, in the order of `nextAttempt`, within the retry budget. Throws the
 * last fault, or why it was stopped.
 */
export async function attemptInOrder(ask: AttemptAsk, gateway: Gateway): Promise<Attempted> {
  const { steps } = ask.plan;
  const tried: Tried[] = [];
  const used: OpenAttempt[] = [];
  const ruledOut = new Set<PlanStep>();
  let last: Failed | undefined;
  let uncarried: Fault | undefined;
  const lastResort = LastResort.of(ask.plan, gateway);
  gateway.retries.earn(performance.now());
  if (ask.mayHedge) gateway.hedges.earn();
  while (ask.stop.reason === undefined) {
    const next = nextAttempt(steps, tried, ruledOut, paceOf(gateway));
    if (!next) break;
    const { step } = next;
    const passage = openOr(ask, step, (fault) => {
      uncarried ??= fault;
    });
    if (!passage) {
      ruledOut.add(step);
      continue;
    }
    if (lastResort?.isFree(step) === false) {
      ruledOut.add(step);
      continue;
    }
    // Whoever looked after an ejected endpoint for all others is not left without an answer for it.
    const isFree = tried.length === 1 && tried[0]?.step.why === 'probe';
    if (last && !isFree && !gateway.retries.spend(performance.now())) break;
    if (next.waitMs > 0 && !(await waited(next.waitMs, ask.stop))) break;
    const isLast = !hasOther(lastResort?.free ?? steps, tried, ruledOut, step);
    const trial = { step, passage, isLast, isNobodyWell: lastResort !== undefined, tried: failedAt(step, used) };
    const outcomes =
      ask.mayHedge && !last && !lastResort && !step.endpoint.ownKey
        ? await hedged(ask, trial, gateway)
        : [await attempt(ask, trial, gateway)];
    for (const outcome of outcomes) {
      if (outcome.kind === 'answer') return outcome;
      if (outcome.kind === 'stopped') continue;
      const { open } = outcome;
      last = outcome;
      used.push(open);
      const otherCredential = gateway.health.hasOtherCredential(open, failedAt(outcome.step, used));
      tried.push({ step: outcome.step, ...outcome.verdict, retryAfterMs: outcome.retryAfterMs, otherCredential });
    }
  }
  // Nobody was even asked: what cannot be carried is the caller's to mend.
  if (uncarried && !last && ask.stop.reason === undefined) throw uncarried;
  const nobody = last || ask.stop.reason !== undefined ? undefined : lastResort?.fault;
  throw nobody ?? faultOf(ask, last);
}

type Failed = {
  readonly kind: 'failed';
  readonly step: PlanStep;
  readonly open: OpenAttempt;
  readonly verdict: Verdict;
  /** The upstream's word. */
  readonly code: string;
  readonly retryAfterMs: number | undefined;
};

type Trial = {
  readonly step: PlanStep;
  readonly passage: Passage;
  readonly isLast: boolean;
  readonly isNobodyWell: boolean;
  /** Credentials that failed this request. */
  readonly tried: readonly number[];
};

export type TrialOutcome = ({ readonly kind: 'answer' } & Attempted) | { readonly kind: 'stopped' } | Failed;

/** The first attempt, and a second one beside it when it takes longer than it usually does. */
async function hedged(ask: AttemptAsk, trial: Trial, gateway: Gateway): Promise<readonly TrialOutcome[]> {
  let passage = trial.passage;
  const second = () => {
    const { model, endpoint } = trial.step;
    // A workspace's own key is never asked beside: the operator could not pay for the loser.
    const step = ask.plan.steps.find(
      (each) => each.model === model && each.endpoint !== endpoint && !each.endpoint.ownKey,
    );
    const opened = step && openOr(ask, step, () => {});
    if (!step || !opened || !gateway.hedges.spend()) return undefined;
    passage = opened;
    return step;
  };
  const afterMs = hedgeAfterMs(trial.step, gateway);
  const records: AttemptRecord[] = [];
  const run = (step: PlanStep, own: AttemptAsk) =>
    attempt({ ...own, attempts: records }, { ...trial, step, passage }, gateway);
  const { outcomes, loser } = await runHedged({ ask, first: trial.step, afterMs, second, run });
  // The one that answered stands last, as everywhere.
  ask.attempts.push(...records.filter(({ verdict }) => verdict !== 'answered'));
  ask.attempts.push(...records.filter(({ verdict }) => verdict === 'answered'));
  if (loser) ask.onLost(loser.endpoint);
  return outcomes;
}

/** One attempt from its start to its line in the record. */
async function attempt(
  ask: AttemptAsk,
  { step, passage, isLast, isNobodyWell, tried }: Trial,
  gateway: Gateway,
): Promise<TrialOutcome> {
  const { endpoint, upstreamModel } = step;
  const open = gateway.health.begin({ endpoint, model: upstreamModel, tried });
  const outcome = await startAttempt(
    { ...ask, endpoint, model: upstreamModel, passage, isLast, isBrief: open.isBrief && !isNobodyWell, attempt: open },
    gateway,
  );
  const ms = Math.round(performance.now() - open.startedAt);
  switch (outcome.kind) {
    case 'answer':
      // One that was kept back came at its end.
      if (outcome.answer.kind === 'stream' && !ask.onHeld) gateway.health.firstContent(open);
      ask.attempts.push(recordOf(endpoint, outcome.answer.status, 'answered', ms));
      return { kind: 'answer', answer: outcome.answer, step, passage, open };
    case 'stopped':
      gateway.health.left(open);
      ask.attempts.push(
        recordOf(endpoint, 0, ask.stop.isLost ? 'lost-hedge' : `stopped-${ask.stop.reason ?? 'unknown'}`, ms),
      );
      return outcome;
    case 'trouble': {
      const { trouble, retryAfterMs } = outcome;
      ask.onHead(undefined);
      const verdict = judgeTrouble(trouble);
      gateway.health.failed(open, verdict.harm, retryAfterMs);
      ask.attempts.push(recordOf(endpoint, statusOf(trouble), verdict.word, ms));
      gateway.meters.attemptFailed(endpoint.upstream.name, verdict.word);
      gateway.log('upstream-failed', {
        generation: ask.call.generation,
        endpoint: endpoint.id,
        verdict: verdict.word,
        ms,
      });
      return { kind: 'failed', step, open, verdict, code: 'code' in trouble ? trouble.code : 'unknown', retryAfterMs };
    }
  }
}

/** The credentials of the step's upstream that failed this request. */
function failedAt({ endpoint }: PlanStep, used: readonly OpenAttempt[]): readonly number[] {
  if (used.length === 0) return none;
  return used
    .filter((each) => each.endpoint.upstream === endpoint.upstream && !each.endpoint.ownKey)
    .map(({ credential }) => credential);
}

const none: readonly number[] = [];

/** Many callers whom the same trouble met must not come again at the same instant. */
function paceOf({ deadlines }: Gateway): RetryPace {
  return { backoffMs: deadlines.retryBackoffMs * (0.5 + Math.random()), retryAfterMsMax: deadlines.retryAfterMs };
}

/** False: the generation was stopped meanwhile. */
function waited(ms: number, stop: StopSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (isTime: boolean) => {
      clearTimeout(timer);
      stop.listener = undefined;
      resolve(isTime);
    };
    const timer = setTimeout(() => done(true), ms);
    stop.listener = { stopped: () => done(false) };
  });
}

/** What cannot be said in one endpoint's dialect may be said in another's. */
function openOr(ask: AttemptAsk, step: PlanStep, onFault: (fault: Fault) => void): Passage | undefined {
  try {
    return ask.open(step);
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.row.blame !== 'caller') throw thrown;
    onFault(thrown);
    return undefined;
  }
}

function recordOf(endpoint: Endpoint, status: number, verdict: string, ms: number): AttemptRecord {
  const { provider, region } = endpoint.upstream;
  const record = { endpoint: endpoint.id, provider, region, status, verdict, ms };
  return endpoint.ownKey ? { ...record, ownKey: endpoint.ownKey.id } : record;
}

function statusOf(trouble: AttemptTrouble): number {
  switch (trouble.kind) {
    case 'status':
      return trouble.status;
    case 'fake-success':
    case 'error-in-200':
    case 'stalled':
    case 'broken-off':
      return 200;
    case 'connect-failed':
    case 'reset':
    case 'head-timeout':
    case 'content-timeout':
      return 0;
  }
}

function faultOf({ stop, attempts }: AttemptAsk, last: Failed | undefined): Fault {
  if (stop.reason !== undefined) return new Fault(stoppedFaults[stop.reason]);
  const { verdict, code = 'unknown', retryAfterMs } = last ?? {};
  const tried = { attempts: attempts.length, last: verdict?.word ?? 'none', status: attempts.at(-1)?.status ?? 0 };
  return new Fault(
    verdict?.fault ?? 'upstream-unavailable',
    retryAfterMs === undefined ? { ...tried, code } : { ...tried, code, retryAfterMs },
  );
}

const stoppedFaults = {
  'caller-left': 'deadline-passed',
  'caller-deadline': 'deadline-passed',
  deadline: 'deadline-passed',
  drain: 'draining',
} as const satisfies Record<string, FaultName>;
