// Requests over virtual time: the plan, the order of attempts, the retry budget and the health of the product, against
// endpoints that a script changes. No clock, no socket, no randomness but a seed.

import { plainAsk } from '#core/routing/eligible.ts';
import type { Endpoint, Model } from '#core/routing/endpoint.ts';
import { HealthBook, type HealthNews, type OpenAttempt } from '#core/routing/health/health-book.ts';
import { nextAttempt, type Tried } from '#core/routing/next-attempt.ts';
import { type Plan, type PlanStep, planModel, type RankingFacts } from '#core/routing/plan.ts';
import type { StrategyName } from '#core/routing/strategies/strategy-names.ts';
import { judgeTrouble } from '#core/routing/verdict.ts';
import { RetryBudget } from '#gateway/attempt/retry-budget.ts';
import { endpointOf } from '../properties/endpoint-of.ts';
import { pace } from './health-under-test.ts';

/** How an endpoint of the world behaves now. */
export type Nature = {
  /** USD per million tokens. */
  price: number;
  firstContentMs: number;
  tokensPerSecond: number;
  /** Undefined: it answers. */
  fails(now: number, draw: () => number): number | undefined;
  /** What a 429 says. */
  retryAfterMs: number;
};

export type Served = { readonly at: number; readonly endpoint: string | undefined; readonly attempts: number };

const outputTokens = 200;

type Event = { readonly at: number; run(): void };

export class VirtualFleet {
  now = 0;
  readonly natures: Readonly<Record<string, Nature>>;
  readonly served: Served[] = [];
  readonly sent = new Map<string, number>();
  readonly news: (HealthNews & { readonly at: number })[] = [];
  readonly #strategy: StrategyName;
  readonly #book = new HealthBook(pace, () => ({ ids: [1], isAnonymous: false }));
  readonly #retries = new RetryBudget();
  readonly draw: () => number;
  #events: Event[] = [];
  #model: Model | undefined;

  constructor(natures: Readonly<Record<string, Nature>>, strategy: StrategyName, seed: number) {
    this.natures = natures;
    this.#strategy = strategy;
    this.draw = random(seed);
  }

  /** Prices of a catalogue that is new. */
  reprice(): void {
    this.#model = undefined;
  }

  /** So many requests a second, evenly, until then. */
  run(untilMs: number, perSecond: number): void {
    const gapMs = 1_000 / perSecond;
    for (; this.now < untilMs; this.now += gapMs) {
      this.#runEvents(this.now);
      this.#request();
      for (const news of this.#book.takeNews()) this.news.push({ ...news, at: this.now });
    }
  }

  /** Of the requests between two instants, who served which share; `none` had no answer. */
  shares(fromMs: number, toMs: number): Readonly<Record<string, number>> {
    const between = this.served.filter(({ at }) => at >= fromMs && at < toMs);
    const names = [...Object.keys(this.natures), 'none'];
    return Object.fromEntries(
      names.map((name) => [
        name,
        between.filter(({ endpoint }) => (endpoint ?? 'none') === name).length / between.length,
      ]),
    );
  }

  #request(): void {
    const { now } = this;
    this.#retries.earn(now);
    this.#model ??= modelOf(this.natures);
    const model = this.#model;
    const ranking: RankingFacts = {
      strategy: this.#strategy,
      factsOf: (each) => this.#book.factsOf(each, now),
      use: { inputTokens: 1_000, outputTokens },
      hasTools: false,
      draw: this.draw,
    };
    this.#attempt(planModel(model, 'm', plainAsk('openai-chat', 0), ranking), [], now);
  }

  #attempt(plan: Plan, tried: readonly Tried[], startedAt: number): void {
    const at = this.#clock;
    const next = nextAttempt(plan.steps, tried, new Set(), { backoffMs: 200, retryAfterMsMax: 3_000 });
    const isFree = tried.length === 1 && tried[0]?.step.why === 'probe';
    if (!next || (tried.length > 0 && !isFree && !this.#retries.spend(at)))
      return this.#over(startedAt, undefined, tried.length);
    if (next.waitMs > 0) return this.#at(at + next.waitMs, () => this.#send(plan, next.step, tried, startedAt));
    this.#send(plan, next.step, tried, startedAt);
  }

  #send(plan: Plan, step: PlanStep, tried: readonly Tried[], startedAt: number): void {
    const at = this.#clock;
    const { name } = step.endpoint.upstream;
    const nature = this.natures[name];
    if (!nature) return;
    this.sent.set(name, (this.sent.get(name) ?? 0) + 1);
    const open = this.#book.begin({ endpoint: step.endpoint, model: 'm', tried: [] }, at);
    const status = nature.fails(at, this.draw);
    if (status === undefined) return this.#answer(open, nature, startedAt, tried.length + 1);
    const verdict = judgeTrouble({ kind: 'status', status, code: 'x' });
    const retryAfterMs = status === 429 ? nature.retryAfterMs : undefined;
    this.#at(at + 20, () => {
      const end = { ...nothing, outcome: 'failed', harm: verdict.harm, retryAfterMs } as const;
      this.#book.end(open, end, this.#clock, this.draw() * 2 - 1);
      this.#attempt(plan, [...tried, { step, ...verdict, retryAfterMs }], startedAt);
    });
  }

  #answer(open: OpenAttempt, nature: Nature, startedAt: number, attempts: number): void {
    const at = this.#clock;
    const firstAt = at + nature.firstContentMs * (0.7 + 0.6 * this.draw());
    this.#at(firstAt, () => this.#book.firstContent(open, this.#clock));
    this.#at(firstAt + (outputTokens * 1_000) / nature.tokensPerSecond, () => {
      const end = { ...nothing, outcome: 'answered', inputTokens: 1_000, outputTokens } as const;
      this.#book.end(open, end, this.#clock, 0);
      this.#over(startedAt, open.endpoint.upstream.name, attempts);
    });
  }

  #over(at: number, endpoint: string | undefined, attempts: number): void {
    this.served.push({ at, endpoint, attempts });
  }

  /** While an event runs, its own instant. */
  #running: number | undefined;

  get #clock(): number {
    return this.#running ?? this.now;
  }

  #at(at: number, run: () => void): void {
    let place = this.#events.length;
    while (place > 0 && (this.#events[place - 1]?.at ?? 0) < at) place -= 1;
    this.#events.splice(place, 0, { at, run });
  }

  #runEvents(until: number): void {
    for (let next = this.#events.at(-1); next && next.at <= until; next = this.#events.at(-1)) {
      this.#events.pop();
      this.#running = next.at;
      next.run();
    }
    this.#running = undefined;
  }
}

const nothing = {
  harm: 'none',
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  retryAfterMs: undefined,
} as const;

function modelOf(natures: Readonly<Record<string, Nature>>): Model {
  const endpoints = Object.entries(natures).map(([name, { price }]): Endpoint => {
    const pico = BigInt(Math.round(price * 1e6));
    return { ...endpointOf(name), price: { id: name, price: { rates: { input: pico, output: pico }, tiers: [] } } };
  });
  return { id: 'm', aliases: [], context: 1_000, maxOutput: 100, endpoints };
}

/** The same numbers for the same seed. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
