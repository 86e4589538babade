import type { AttemptReport, ToolVerdict } from '#core/routing/health/attempt-report.ts';
import type { CredentialState } from '#core/routing/health/credential-pool.ts';
import type { EndpointFacts } from '#core/routing/health/endpoint-facts.ts';
import { EndpointHealth } from '#core/routing/health/endpoint-health.ts';
import { healthPace } from '#core/routing/health/health-pace.ts';
import type { Harm } from '#core/routing/verdict.ts';

export const pace = healthPace({ ejectMs: 30_000, probeMs: 10_000 });

type Answered = Partial<Pick<AttemptReport, 'inputTokens' | 'cachedTokens'>> & {
  readonly tools?: ToolVerdict;
  readonly firstContentMs?: number;
  readonly tokens?: number;
};

/** One endpoint's health with a clock of its own. */
export class HealthUnderTest {
  now = 1_000_000;
  credentials: CredentialState = 'usable';
  readonly #health = new EndpointHealth(pace);
  readonly #jitter: number;

  constructor(jitter = 0) {
    this.#jitter = jitter;
  }

  pass(ms: number): void {
    this.now += ms;
  }

  facts(): EndpointFacts {
    this.#health.refresh(this.now, this.credentials);
    return this.#health.facts;
  }

  /** With facts that are up to date. */
  health(): EndpointHealth {
    this.facts();
    return this.#health;
  }

  begins(): boolean {
    return this.#health.began(this.now);
  }

  firstContent(): void {
    this.#health.firstContent(this.now, this.now);
  }

  answers({ firstContentMs = 0, tokens = 0, tools = 'none', ...more }: Answered = {}): void {
    this.begins();
    const startedAt = this.now;
    this.now += firstContentMs;
    this.reports({
      outcome: 'answered',
      harm: 'none',
      startedAt,
      firstContentAt: startedAt + firstContentMs,
      outputTokens: tokens,
      ...more,
    });
    this.#health.toolsJudged(tools, this.now);
  }

  fails(harm: Harm = 'endpoint'): void {
    this.begins();
    this.failsBegun(harm);
  }

  failsBegun(harm: Harm = 'endpoint'): void {
    this.reports({ outcome: 'failed', harm, startedAt: this.now });
  }

  leaves(): void {
    this.begins();
    this.reports({ outcome: 'left', harm: 'none', startedAt: this.now });
  }

  reports(report: Pick<AttemptReport, 'outcome' | 'harm' | 'startedAt'> & Partial<AttemptReport>): void {
    const nothing = {
      firstContentAt: undefined,
      inputTokens: 0,
      cachedTokens: 0,
      outputTokens: 0,
      retryAfterMs: undefined,
    };
    this.#health.ended({ ...nothing, endedAt: this.now, ...report }, this.#jitter);
  }

  get toolErrors() {
    return this.#health.toolErrors;
  }

  /** Until its time is over, from now. */
  ejectedForMs(): number {
    return this.#health.ejectedUntil - this.now;
  }
}
