import { Fault, type FaultName } from '#core/generation/fault.ts';
import type { AttemptRecord } from '#core/journal/record.ts';
import type { RequestFacts } from '#core/protocol/protocol.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import type { Plan, PlanStep } from '#core/routing/plan.ts';
import { type AttemptTrouble, judgeTrouble, type Verdict } from '#core/routing/verdict.ts';
import type { Call } from './call.ts';
import type { Gateway } from './gateway.ts';
import type { Passage } from './passage.ts';
import { type Answer, startAttempt } from './start-attempt.ts';

/** The first answer that began, and everything that was tried. */
export type Attempted = {
  readonly answer: Answer;
  readonly step: PlanStep;
  readonly passage: Passage;
};

export type AttemptAsk = {
  readonly call: Call;
  readonly facts: RequestFacts;
  readonly plan: Plan;
  readonly open: (step: PlanStep) => Passage;
  /** Aborted when the caller leaves or the deadline passes. */
  readonly stop: StopSignal;
  /** Filled as attempts end, also for those who read it after a throw. */
  readonly attempts: AttemptRecord[];
  /** An endpoint began to answer: it may bill for it. Undefined: it failed all the same. */
  readonly onHead: (endpoint: Endpoint | undefined) => void;
};

/** Why a generation must stop, and whom to tell: an AbortSignal would cost each request an allocation of several objects. */
export type StopSignal = {
  /** `caller-deadline`: the one that the caller itself named, which it pays for as if it had left. */
  reason: 'caller-left' | 'caller-deadline' | 'deadline' | 'drain' | undefined;
  /** At most one listener at a time: whoever waits now. */
  listener: (() => void) | undefined;
};

const attemptsMax = 3;
const perEndpointMax = 2;

/**
 * Tries the plan's endpoints in order until one begins to answer: ≤ 3 attempts, ≤ 2 per endpoint, within the retry
 * budget. Throws the last fault, or `stopped`.
 */
export async function attemptInOrder(ask: AttemptAsk, gateway: Gateway): Promise<Attempted> {
  const tries = new Map<string, number>();
  const ruledOut = new Set<string>();
  let last: Verdict | undefined;
  let uncarried: Fault | undefined;
  let code = 'unknown';
  let retryAfterMs: number | undefined;
  gateway.retries.earn();
  while (ask.attempts.length < attemptsMax && ask.stop.reason === undefined) {
    const step = nextStep(ask.plan, tries, ruledOut, last);
    if (!step) break;
    const { endpoint } = step;
    if (last && !gateway.retries.spend(performance.now())) break;
    tries.set(endpoint.id, (tries.get(endpoint.id) ?? 0) + 1);
    const passage = openOr(ask, step, (fault) => {
      uncarried ??= fault;
    });
    if (!passage) {
      ruledOut.add(endpoint.id);
      continue;
    }
    const startedAt = performance.now();
    const outcome = await startAttempt({ ...ask, endpoint, model: step.upstreamModel, passage }, gateway);
    const ms = Math.round(performance.now() - startedAt);
    if (outcome.kind === 'answer') {
      ask.attempts.push(recordOf(endpoint, outcome.answer.status, 'answered', ms));
      return { answer: outcome.answer, step, passage };
    }
    if (outcome.kind === 'stopped') {
      ask.attempts.push(recordOf(endpoint, 0, `stopped-${ask.stop.reason ?? 'unknown'}`, ms));
      break;
    }
    ask.onHead(undefined);
    last = judgeTrouble(outcome.trouble);
    if ('code' in outcome.trouble) code = outcome.trouble.code;
    retryAfterMs = outcome.retryAfterMs;
    ask.attempts.push(recordOf(endpoint, statusOf(outcome.trouble), last.word, ms));
    gateway.meters.attemptFailed(endpoint.upstream.name, last.word);
    gateway.log('upstream-failed', {
      generation: ask.call.generation,
      endpoint: endpoint.id,
      verdict: last.word,
      ms,
    });
    // Until plans know which models hold more, a text that is too long ends here.
    if (last.next === 'stop' || last.next === 'larger') break;
    if (last.next === 'other') ruledOut.add(endpoint.id);
  }
  // Nobody was even asked: what cannot be carried is the caller's to mend.
  if (uncarried && !last && ask.stop.reason === undefined) throw uncarried;
  throw faultOf(ask, last, code, retryAfterMs);
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

/** Another endpoint of the model is tried at once; the same one once more only when there is no other. */
function nextStep(
  plan: Plan,
  tries: ReadonlyMap<string, number>,
  ruledOut: ReadonlySet<string>,
  last: Verdict | undefined,
): PlanStep | undefined {
  const open = plan.steps.filter(({ endpoint }) => !ruledOut.has(endpoint.id));
  const fresh = open.find(({ endpoint }) => !tries.has(endpoint.id));
  if (fresh) return fresh;
  return last?.next === 'any' ? open.find(({ endpoint }) => (tries.get(endpoint.id) ?? 0) < perEndpointMax) : undefined;
}

function recordOf(endpoint: Endpoint, status: number, verdict: string, ms: number): AttemptRecord {
  const { provider, region } = endpoint.upstream;
  return { endpoint: endpoint.id, provider, region, status, verdict, ms };
}

function statusOf(trouble: AttemptTrouble): number {
  if (trouble.kind === 'status') return trouble.status;
  return trouble.kind === 'fake-success' || trouble.kind === 'error-in-200' ? 200 : 0;
}

function faultOf(
  { stop, attempts }: AttemptAsk,
  last: Verdict | undefined,
  code: string,
  retryAfterMs: number | undefined,
): Fault {
  if (stop.reason !== undefined) return new Fault(stoppedFaults[stop.reason]);
  const details = { attempts: attempts.length, last: last?.word ?? 'none', code, status: attempts.at(-1)?.status ?? 0 };
  return new Fault(
    last?.fault ?? 'upstream-unavailable',
    retryAfterMs === undefined ? details : { ...details, retryAfterMs },
  );
}

const stoppedFaults = {
  'caller-left': 'deadline-passed',
  'caller-deadline': 'deadline-passed',
  deadline: 'deadline-passed',
  drain: 'draining',
} as const satisfies Record<string, FaultName>;
