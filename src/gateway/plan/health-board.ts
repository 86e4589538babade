import type { IncomingHttpHeaders } from 'node:http';
import type { Usage } from '#core/generation/usage.ts';
import { totalInput } from '#core/generation/usage.ts';
import type { Endpoint, Model } from '#core/routing/endpoint.ts';
import type { ToolVerdict } from '#core/routing/health/attempt-report.ts';
import type { EndpointFacts } from '#core/routing/health/endpoint-facts.ts';
import type { EndpointHealth, HealthTrouble } from '#core/routing/health/endpoint-health.ts';
import { type AttemptEnd, type BeginAsk, HealthBook, type OpenAttempt } from '#core/routing/health/health-book.ts';
import { healthPace } from '#core/routing/health/health-pace.ts';
import { OwnKeyBook } from '#core/routing/health/own-key-book.ts';
import type { OwnKey } from '#core/routing/own-key.ts';
import type { Harm } from '#core/routing/verdict.ts';
import type { FromKeeper, ToKeeper } from '#keeper/interface/messages.ts';
import type { Log } from '#observe/log.ts';
import type { Meters } from '#observe/meters.ts';
import type { Providers } from '#outgoing/providers/providers.ts';
import type { Ending } from '../generation.ts';
import { limitsLeft } from './limits-left.ts';

type HealthBoardOptions = {
  readonly instance: string;
  readonly providers: Pick<Providers, 'credentialsOf'>;
  readonly deadlines: { readonly ejectMs: number; readonly probeMs: number };
  readonly log: Log;
  readonly meters: Pick<Meters, 'wentOut'>;
  /** To the keeper, which tells others: a hint that is lost is told again. */
  readonly say: (message: Extract<ToKeeper, { kind: 'hints' | 'alert' }>) => void;
};

const newsMs = 1_000;

/** The book of health with this process's clock: told when an attempt begins, answers and ends; asked when one is planned. */
export class HealthBoard {
  readonly #book: HealthBook;
  /** Of workspaces' own keys, which teach nothing of endpoints. */
  readonly #ownKeys: OwnKeyBook;
  readonly #options: HealthBoardOptions;
  readonly #timer: NodeJS.Timeout;

  constructor(options: HealthBoardOptions) {
    const { providers, deadlines } = options;
    this.#book = new HealthBook(healthPace(deadlines), (upstream) => providers.credentialsOf(upstream));
    this.#ownKeys = new OwnKeyBook(healthPace(deadlines));
    this.#options = options;
    this.#timer = setInterval(() => this.#tell(), newsMs).unref();
  }

  factsOf(model: Model): readonly EndpointFacts[] {
    return this.#book.factsOf(model, performance.now());
  }

  healthOf(endpoint: Endpoint): EndpointHealth | undefined {
    return this.#book.healthOf(endpoint, performance.now());
  }

  /** Of a workspace's own key nobody else can find out how it does: it is always asked. */
  troubleOf(endpoint: Endpoint): HealthTrouble | undefined {
    return endpoint.ownKey ? undefined : this.#book.troubleOf(endpoint, performance.now());
  }

  isOwnKeyWell(key: OwnKey, { upstreamModel }: Endpoint): boolean {
    return this.#ownKeys.isWell(key, upstreamModel, performance.now());
  }

  begin(ask: BeginAsk): OpenAttempt {
    const book = ask.endpoint.ownKey ? this.#ownKeys : this.#book;
    return book.begin(ask, performance.now());
  }

  /** The head of a reply: some say in it what is left of their limits. */
  heard(open: OpenAttempt, headers: IncomingHttpHeaders): void {
    const limits = limitsLeft(headers, Date.now());
    if (!limits) return;
    const now = performance.now();
    const book = open.endpoint.ownKey ? this.#ownKeys : this.#book;
    book.learn(open, { left: limits.left, resetsAt: now + limits.resetsInMs, now });
  }

  /** The first content of a stream. */
  firstContent(open: OpenAttempt): void {
    if (!open.endpoint.ownKey) this.#book.firstContent(open, performance.now());
  }

  failed(open: OpenAttempt, harm: Harm, retryAfterMs: number | undefined): void {
    this.#end(open, { ...nothing, outcome: 'failed', harm, retryAfterMs });
  }

  /** Stopped by the caller or by us. */
  left(open: OpenAttempt): void {
    this.#end(open, { ...nothing, outcome: 'left' });
  }

  /** An answer that had begun is over. */
  concluded(open: OpenAttempt, { endReason, passage }: Ending, usage: Usage): void {
    switch (endReason) {
      case 'completed':
      case 'length':
      case 'filtered':
        // Cut off at its limit a call is no call.
        if (endReason === 'completed' && passage?.tools) this.#judgeLater(open, passage.tools);
        return this.#end(open, {
          ...nothing,
          outcome: 'answered',
          inputTokens: totalInput(usage),
          cachedTokens: usage.cachedInput,
          outputTokens: usage.output,
        });
      case 'upstream_cut':
      case 'stalled':
        return this.#end(open, { ...nothing, outcome: 'failed', harm: 'endpoint' });
      default:
        return this.left(open);
    }
  }

  hasOtherCredential(ask: Pick<BeginAsk, 'endpoint' | 'model'>, tried: readonly number[]): boolean {
    return !ask.endpoint.ownKey && this.#book.hasOtherCredential(ask, tried, performance.now());
  }

  /** For what is no generation. */
  credentialOf(upstream: string, model = ''): number {
    return this.#book.credentialOf(upstream, model, performance.now());
  }

  /** What others found; of what this process knows itself it needs no hint. */
  takeHints(hints: Extract<FromKeeper, { kind: 'hints' }>['hints']): void {
    const now = performance.now();
    const offsetMs = Date.now() - now;
    for (const { endpoint, instance, outUntil, firstContentMs, millitokensPerSecond } of hints) {
      if (instance === this.#options.instance) continue;
      this.#book.takeHint(
        {
          endpoint,
          outUntil: outUntil === null ? undefined : outUntil - offsetMs,
          firstContentMs: firstContentMs ?? Number.NaN,
          tokensPerSecond: (millitokensPerSecond ?? Number.NaN) / 1_000,
        },
        now,
      );
    }
  }

  get credentialsOut(): number {
    return this.#book.credentialsOut(performance.now());
  }

  /** How many endpoints are out now, for the metrics. */
  get out(): number {
    return this.#book.out;
  }

  /** Another catalogue: what is not offered any more is forgotten. */
  keepOnly(models: readonly Model[]): void {
    this.#book.keepOnly(models);
  }

  renewCredentials(): void {
    this.#book.renewCredentials();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#tellNews();
  }

  /** The answer's last bytes do not wait for it. */
  #judgeLater(open: OpenAttempt, verdict: () => ToolVerdict): void {
    if (open.endpoint.ownKey) return;
    setImmediate(() => {
      let found: ToolVerdict = 'none';
      try {
        found = verdict();
      } catch {
        // Its schema and its call are other people's: whatever is odd about them ends here, and says nothing of the endpoint.
      }
      this.#book.toolsJudged(open, found, performance.now());
    });
  }

  #end(open: OpenAttempt, end: AttemptEnd): void {
    if (open.endpoint.ownKey) this.#ownKeys.end(open, end, performance.now());
    else this.#book.end(open, end, performance.now(), Math.random() * 2 - 1);
  }

  #tell(): void {
    const found = this.#book.takeFindings(performance.now());
    const offsetMs = Date.now() - performance.now();
    const hints = found.map(({ endpoint, outUntil, firstContentMs, tokensPerSecond }) => ({
      endpoint,
      outUntil: outUntil === undefined ? null : Math.round(outUntil + offsetMs),
      firstContentMs: wholeOrNull(firstContentMs),
      millitokensPerSecond: wholeOrNull(tokensPerSecond * 1_000),
    }));
    if (hints.length > 0) this.#options.say({ kind: 'hints', hints });
    this.#tellNews();
  }

  #tellNews(): void {
    const { log, meters, say } = this.#options;
    for (const news of this.#book.takeNews()) {
      const { kind: event, why } = news;
      if ('endpoint' in news) {
        const { endpoint } = news;
        log(event, { endpoint, reason: why });
        if (event === 'endpoint-out') meters.wentOut(endpoint, why);
        say({ kind: 'alert', alert: { event: news.kind, endpoint, why } });
      } else {
        const { upstream, credential } = news;
        log(event, { upstream, credential, reason: why });
        say({ kind: 'alert', alert: { event: news.kind, credential: `${upstream}#${credential}`, why } });
      }
    }
  }
}

function wholeOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : Math.round(value);
}

const nothing = {
  harm: 'none',
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  retryAfterMs: undefined,
} as const;
