import type { RequestFacts } from '#core/protocol/protocol.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import type { PlanStep } from '#core/routing/plan.ts';
import type { Caller } from '../caller/callers.ts';
import type { Gateway } from '../gateway.ts';
import type { AttemptAsk, StopSignal, TrialOutcome } from './attempt.ts';
import { failoverMsOf } from './first-content.ts';

/** One of a pair, on its way. */
type Runner = {
  readonly step: PlanStep;
  readonly stop: StopSignal;
  /** It began to answer, and has not failed since. */
  head: Endpoint | undefined;
  outcome: TrialOutcome | undefined;
};

/** What came of a pair: an answer last, before it what failed; and who was called off. */
export type Hedged = { readonly outcomes: readonly TrialOutcome[]; readonly loser: PlanStep | undefined };

export type HedgeAsk = {
  readonly ask: AttemptAsk;
  readonly first: PlanStep;
  /** After so long without content somebody else is asked as well. */
  readonly afterMs: number;
  /** Undefined: there is nobody, or no budget for it. */
  readonly second: () => PlanStep | undefined;
  readonly run: (step: PlanStep, ask: AttemptAsk) => Promise<TrialOutcome>;
};

/** A share of the time for failing over, while nobody knows how fast an endpoint is. */
const unknownShare = 0.25;

/**
 * Which requests may be asked twice: streams that leave nothing behind at their upstream, of a workspace that wants it. One
 * that is kept back to its end is no race for the first content.
 */
export function mayHedge(facts: RequestFacts, { settings }: Caller, delivery: 'streamed' | 'whole'): boolean {
  return (
    settings.hedging === 'on' &&
    delivery === 'streamed' &&
    facts.stream &&
    facts.store !== true &&
    facts.nativeOnly === undefined &&
    facts.media === undefined &&
    (facts.hostedRounds ?? 0) === 0
  );
}

/** Who begins so soon is not worth a second request. */
const usualMsMin = 50;

/** The time in which this endpoint has begun 19 of 20 answers. */
export function hedgeAfterMs({ endpoint }: PlanStep, { health, deadlines }: Gateway): number {
  const usual = health.healthOf(endpoint)?.facts.firstContentP95 ?? Number.NaN;
  const failoverMs = failoverMsOf(endpoint, deadlines);
  return Number.isNaN(usual) ? failoverMs * unknownShare : Math.min(Math.max(usual, usualMsMin), failoverMs);
}

/** Whoever has content first wins; the other is called off, at the operator's cost. Resolves when both are over. */
export function runHedged({ ask, first, afterMs, second, run }: HedgeAsk): Promise<Hedged> {
  return new Promise((resolve, reject) => {
    const runners: Runner[] = [];
    let winner: Runner | undefined;
    let isOver = false;
    const look = () => {
      if (isOver) return;
      winner ??= runners.find(({ outcome }) => outcome?.kind === 'answer');
      if (winner) clearTimeout(timer);
      const open = runners.filter(({ outcome }) => outcome === undefined);
      if (open.length === 0) return finish();
      if (winner) for (const { stop } of open) callOff(stop);
    };
    const finish = () => {
      clearTimeout(timer);
      ask.stop.listener = undefined;
      const others = runners.filter((each) => each !== winner);
      const loser = winner && others.find(({ outcome }) => outcome?.kind !== 'failed');
      if (loser) dropAnswer(loser);
      const told = others.flatMap(({ outcome }) => (outcome?.kind === 'answer' || !outcome ? [] : [outcome]));
      resolve({ outcomes: winner?.outcome ? [...told, winner.outcome] : told, loser: loser?.step });
    };
    const begin = (step: PlanStep) => {
      const runner: Runner = {
        step,
        stop: { reason: undefined, listener: undefined },
        head: undefined,
        outcome: undefined,
      };
      runners.push(runner);
      // Whoever fails takes back its own head: the other one may be answering.
      const onHead = (endpoint: Endpoint | undefined) => {
        runner.head = endpoint;
        ask.onHead(endpoint ?? runners.find(({ head }) => head !== undefined)?.head);
      };
      run(step, { ...ask, stop: runner.stop, onHead }).then(
        (outcome) => {
          runner.outcome = outcome;
          look();
        },
        (thrown: unknown) => giveUp(runner, thrown),
      );
    };
    /** A mistake of ours: nobody may be asked, or go on answering, for a generation that is over. */
    const giveUp = (failed: Runner | undefined, thrown: unknown) => {
      isOver = true;
      clearTimeout(timer);
      ask.stop.listener = undefined;
      for (const each of runners) {
        if (each === failed) continue;
        if (each.outcome) dropAnswer(each);
        else callOff(each.stop);
      }
      reject(thrown);
    };
    const timer = setTimeout(() => {
      try {
        const other = second();
        if (other) begin(other);
      } catch (thrown) {
        giveUp(undefined, thrown);
      }
    }, afterMs);
    ask.stop.listener = {
      stopped: () => {
        clearTimeout(timer);
        for (const { stop } of runners) {
          stop.reason = ask.stop.reason;
          stop.listener?.stopped();
        }
      },
    };
    begin(first);
  });
}

function callOff(stop: StopSignal): void {
  stop.isLost = true;
  stop.listener?.stopped();
}

/** It had begun in the very moment in which the other one did. */
function dropAnswer({ outcome }: Runner): void {
  if (outcome?.kind === 'answer' && outcome.answer.kind === 'stream') outcome.answer.stream.exchange.abort();
}
