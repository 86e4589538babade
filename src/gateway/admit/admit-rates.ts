import { endUserAllowance, otherEndUsers } from '#core/allowance/end-user.ts';
import { addOutput, expectedOutput, newOutputHistory, type OutputHistory } from '#core/allowance/expected-output.ts';
import { Fault } from '#core/generation/fault.ts';
import { totalInput, type Usage } from '#core/generation/usage.ts';
import type { RateRow } from '#keeper/interface/messages.ts';
import type { Caller } from '../caller/callers.ts';
import type { Gateway } from '../gateway.ts';
import type { AdmitAsk } from './admit.ts';
import type { RateBook, RateNeed } from './rate-book.ts';

const refillsMax = 2;
const historiesMax = 20_000;

/** What is expected of the next answer of each key and model that has a rate of tokens. */
export class ExpectedOutputs {
  readonly #histories = new Map<string, OutputHistory>();

  of(caller: Caller, model: string, limit: number): number {
    return expectedOutput(this.#histories.get(`${caller.key} ${model}`), limit);
  }

  add(caller: Caller, model: string, tokens: number): void {
    const id = `${caller.key} ${model}`;
    const history = this.#histories.get(id) ?? newOutputHistory();
    this.#histories.delete(id);
    this.#histories.set(id, history);
    addOutput(history, tokens);
    if (this.#histories.size <= historiesMax) return;
    for (const oldest of this.#histories.keys()) {
      this.#histories.delete(oldest);
      break;
    }
  }
}

/** What a request needs of each rate per minute: itself, and the tokens that it is expected to use. */
export function rateNeedsOf(
  { caller, facts, plan, endUser, inputBound }: AdmitAsk,
  gateway: Gateway,
): readonly RateNeed[] {
  if (caller.rates.length === 0) return [];
  const endpoint = plan.steps[0]?.endpoint;
  if (!endpoint) return [];
  const outputLimit = Math.min(facts.outputLimit ?? endpoint.maxOutput, endpoint.maxOutput);
  const output = gateway.expected.of(caller, plan.model.id, outputLimit) * facts.choices;
  const tokens = Math.ceil(inputBound(endpoint) + output);
  return caller.rates
    .filter(({ model }) => model === null || plan.steps.some((step) => step.model === model))
    .map((rate) => ({ rate: rateFor(rate, endUser), amount: rate.unit === 'requests' ? 1 : tokens }));
}

/** An end user's own state of a rate; whoever is not named shares one. */
export function rateFor(rate: RateRow, endUser: string | undefined): RateRow {
  return rate.of === 'end user' ? { ...rate, id: endUserAllowance(rate.id, endUser ?? otherEndUsers) } : rate;
}

/** Takes all needs or refuses: with what was taken ahead in one synchronous step, else after a question to the keeper. */
export async function admitRates(needs: readonly RateNeed[], rates: RateBook): Promise<void> {
  for (let refills = 0; ; refills += 1) {
    const lacking = rates.take(needs, performance.now());
    if (!lacking) return;
    if (refills >= refillsMax * needs.length) throw rateFault(lacking, 1_000);
    const refill = await rates.refill(lacking);
    if (refill.kind === 'silent') throw new Fault('not-ready', { why: 'the keeper did not answer' });
    if (refill.kind === 'short') throw rateFault(lacking, refill.retryAfterMs);
  }
}

/** What was expected and what it was: the difference goes back, or is taken beyond. */
export function correctRates(
  needs: readonly RateNeed[],
  { caller, model, usage }: { readonly caller: Caller; readonly model: string; readonly usage: Usage },
  gateway: Gateway,
): void {
  const ofTokens = needs.filter(({ rate }) => rate.unit === 'tokens');
  if (ofTokens.length === 0) return;
  const used = totalInput(usage) + usage.output;
  gateway.expected.add(caller, model, usage.output);
  gateway.rates.correct(ofTokens.map(({ rate, amount }) => ({ rate, amount: amount - used })));
}

function rateFault({ rate }: RateNeed, retryAfterMs: number): Fault {
  return new Fault('rate-limit-reached', {
    of: rate.of,
    limit: rate.perMinute,
    unit: rate.unit,
    seconds: Math.max(1, Math.ceil(retryAfterMs / 1_000)),
    retryAfterMs,
  });
}
