import { type AttemptReport, type ToolTrouble, type ToolVerdict, toolTroubles } from './attempt-report.ts';
import { Breaker } from './breaker.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import type { CredentialState } from './credential-pool.ts';
import { type EndpointFacts, type EndpointState, newEndpointFacts } from './endpoint-facts.ts';
import type { Finding } from './finding.ts';
import type { HealthPace } from './health-pace.ts';
import { LastResortLimit } from './last-resort-limit.ts';
import { OutcomeWindows, type WindowName } from './outcome-windows.ts';
import { RateCap } from './rate-cap.ts';
import { SlidingCounts } from './sliding-counts.ts';
import { SlidingHistogram } from './sliding-histogram.ts';

const halfHour = { bucketMs: 60_000, buckets: 30 };
const [inputTokens, cachedTokens, toolAnswers, firstTrouble] = [0, 1, 2, 3];
/** Fewer measures than these say nothing. */
const measuresMin = 5;
/** What was seen here so lately needs no hint. */
const hintWaitsMs = 60_000;
const hintLastsMs = 1_800_000;
/** As many good attempts are thought to stand before the first: one failure of one is no certainty. */
const priorAttempts = 10;
/** Of what an attempt brings: a shorter answer says more of waiting than of speed. */
const speedTokensMin = 16;
/** A failure that took so much of the time between two probes kept its caller waiting: four seconds, less than a connection may take. */
const longShare = 0.4;

export type HealthChange = {
  readonly kind: 'endpoint-out' | 'endpoint-back';
  /** As it was when it went out. */
  readonly why: EndpointState;
};

/** Shares of the answers with tool calls, 0–1. */
export type ToolErrors = Readonly<Record<'all' | 'invalidJson' | 'unknownName' | 'schemaMismatch', number>>;

/** Why an endpoint cannot be expected to answer; and for how long nobody more may ask it, whoever else is left. Undefined: one may. */
export type HealthTrouble = {
  readonly why: Exclude<EndpointState, 'working' | 'probing'>;
  readonly closedForMs: number | undefined;
};

/**
 * What one gateway has learnt of one endpoint: it hears when an attempt begins, shows its first content, and is over, and
 * keeps `facts` for those who rank. Memory is bounded, time comes as a value.
 */
export class EndpointHealth {
  readonly facts: EndpointFacts = newEndpointFacts();
  readonly #pace: HealthPace;
  readonly #breaker: Breaker;
  readonly #concurrency = new ConcurrencyLimit();
  readonly #lastResort = new LastResortLimit();
  readonly #rate = new RateCap();
  readonly #outcomes = new OutcomeWindows();
  readonly #halfHour = new SlidingCounts(firstTrouble + toolTroubles.length, halfHour);
  readonly #firstContent = new SlidingHistogram(1);
  readonly #speed = new SlidingHistogram(0.1);
  #missingUntil = Number.NEGATIVE_INFINITY;
  /** Since when it is not working; of what began since then, how much is under way, and when the last of it began. */
  #outSince = Number.POSITIVE_INFINITY;
  #looks = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** Until then its own `Retry-After` asked for nobody. */
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #outage: EndpointState | undefined;
  #heardAt = Number.NEGATIVE_INFINITY;
  #toldAt = Number.NEGATIVE_INFINITY;
  #toldOpen = false;
  #hinted = { firstContentMs: Number.NaN, tokensPerSecond: Number.NaN, at: Number.NEGATIVE_INFINITY };

  constructor(pace: HealthPace) {
    this.#pace = pace;
    this.#breaker = new Breaker(pace);
  }

  /** True: it should not be waited for as long as usual. */
  began(now: number): boolean {
    const isBrief = this.#breaker.began(now);
    if (this.facts.state !== 'working') {
      this.#looks += 1;
      this.#lookedAt = now;
    }
    this.#concurrency.began();
    this.#rate.began(now);
    this.facts.inFlight = this.#concurrency.inFlight;
    this.facts.wantsProbe = false;
    return isBrief;
  }

  firstContent(startedAt: number, now: number): void {
    this.#breaker.firstContent(startedAt, now);
  }

  /** `jitter` is a number from -1 to 1. */
  ended(report: AttemptReport, jitter: number): void {
    const { startedAt, endedAt: now } = report;
    if (report.outcome !== 'left') this.#heardAt = now;
    this.#concurrency.ended();
    if (startedAt >= this.#outSince && this.#looks > 0) this.#looks -= 1;
    this.#lastResort.ended(this.#isInVain(report));
    this.facts.inFlight = this.#concurrency.inFlight;
    switch (report.outcome) {
      case 'answered':
        this.#missingUntil = Number.NEGATIVE_INFINITY;
        this.#breaker.succeeded(startedAt, now);
        this.#outcomes.add('good', now);
        this.#measure(report);
        break;
      case 'failed':
        this.#failed(report, jitter);
        break;
      case 'left':
        this.#breaker.left(startedAt);
        break;
    }
  }

  #isInVain({ outcome, startedAt, firstContentAt, endedAt }: AttemptReport): boolean {
    const isLong = endedAt - startedAt >= longShare * this.#pace.probeMs;
    return isLong && outcome !== 'answered' && firstContentAt === undefined;
  }

  #failed({ harm, startedAt, endedAt: now, retryAfterMs }: AttemptReport, jitter: number): void {
    switch (harm) {
      case 'endpoint':
        this.#breaker.failed(startedAt, now, jitter);
        this.#outcomes.add('failed', now);
        return;
      case 'limited':
        this.#breaker.left(startedAt);
        this.#outcomes.add('limited', now);
        this.#rate.limited(now);
        if (retryAfterMs !== undefined) {
          this.#pausedUntil = now + Math.min(this.#pace.limitedMaxMs, retryAfterMs);
          this.#lookedAt = now;
        }
        return;
      case 'model-missing':
        this.#missingUntil = now + this.#pace.missingMs;
        this.#breaker.left(startedAt);
        this.#outcomes.add('failed', now);
        return;
      case 'credential-refused':
      case 'credential-unpaid':
        this.#breaker.left(startedAt);
        this.#outcomes.add('failed', now);
        return;
      case 'none':
        this.#breaker.left(startedAt);
    }
  }

  #measure(report: AttemptReport): void {
    const { startedAt, endedAt: now, firstContentAt, outputTokens } = report;
    this.#halfHour.add(inputTokens, report.inputTokens, now);
    this.#halfHour.add(cachedTokens, report.cachedTokens, now);
    if (outputTokens >= speedTokensMin && now > startedAt) {
      this.#speed.add((outputTokens * 1_000) / (now - startedAt), now);
    }
    if (firstContentAt === undefined) return;
    const waitedMs = firstContentAt - startedAt;
    this.#firstContent.add(waitedMs, now);
    const bestMs = this.#firstContent.count >= measuresMin ? this.#firstContent.quantile(0.1) : Number.NaN;
    this.#concurrency.waited(waitedMs, bestMs);
  }

  /** Brings `facts` up to date; those who rank look at them hundreds at a time. */
  refresh(now: number, credentials: CredentialState): void {
    const { facts } = this;
    this.#breaker.advance(now);
    this.#outcomes.advance(now);
    this.#halfHour.advance(now);
    this.#rate.advance(now);
    this.#enter(this.#stateOf(now, credentials), now);
    facts.rampShare = this.#breaker.rampShare(now);
    facts.wantsProbe = this.#breaker.wantsProbe(now) || (facts.state === 'no-credential' && credentials === 'look');
    if (facts.state === 'missing') facts.wantsProbe = false;
    facts.attempts = this.#outcomes.attempts;
    facts.failedShare = this.#outcomes.failed / (facts.attempts + priorAttempts);
    facts.limitedShare = this.#outcomes.limited / (facts.attempts + this.#outcomes.limited + priorAttempts);
    facts.brokenToolsShare = shareOf(this.#brokenTools(), this.#halfHour.sum(toolAnswers) + priorAttempts);
    facts.cachedShare = shareOf(this.#halfHour.sum(cachedTokens), this.#halfHour.sum(inputTokens));
    facts.inFlight = this.#concurrency.inFlight;
    facts.inFlightMax = this.#concurrency.max;
    facts.rate = this.#rate.rate;
    facts.rateCap = this.#rate.perSecond;
    this.#refreshMeasures(now);
  }

  #enter(state: EndpointState, now: number): void {
    const wasWorking = this.facts.state === 'working';
    this.facts.state = state;
    if ((state === 'working') === wasWorking) return;
    this.#outSince = wasWorking ? now : Number.POSITIVE_INFINITY;
    this.#looks = 0;
    this.#lastResort.renew();
  }

  /** Undefined: it works, as far as was known at the last refresh. `limitedForMs`: until a credential has its rate again. */
  troubleAt(now: number, limitedForMs: number): HealthTrouble | undefined {
    const { state } = this.facts;
    if (state === 'working') return undefined;
    const why = state === 'probing' ? 'ejected' : state;
    const lookMs = this.#lookedAt + this.#pace.probeMs - now;
    // However many ask it in vain, and whatever it said: one may look each ten seconds.
    if (lookMs <= 0) return { why, closedForMs: undefined };
    if (state === 'limited' && now < this.#pausedUntil) return { why, closedForMs: Math.max(1, limitedForMs) };
    return { why, closedForMs: this.#looks < this.#looksMax(state) ? undefined : lookMs };
  }

  /** A credential that is refused stays refused; whatever else is wrong may be wrong for one request and not for the next. */
  #looksMax(state: EndpointState): number {
    return state === 'no-credential' ? 1 : Math.min(this.#lastResort.max, this.#concurrency.max);
  }

  #refreshMeasures(now: number): void {
    const { facts } = this;
    this.#firstContent.advance(now);
    this.#speed.advance(now);
    const waits = this.#firstContent.count >= measuresMin ? this.#firstContent : undefined;
    const hinted = now - this.#hinted.at < hintLastsMs ? this.#hinted : undefined;
    facts.firstContentP50 = waits?.quantile(0.5) ?? hinted?.firstContentMs ?? Number.NaN;
    facts.firstContentP90 = waits?.quantile(0.9) ?? Number.NaN;
    facts.firstContentP95 = waits?.quantile(0.95) ?? Number.NaN;
    facts.firstContentP99 = waits?.quantile(0.99) ?? Number.NaN;
    const speeds = this.#speed.count >= measuresMin ? this.#speed : undefined;
    facts.tokensPerSecondP50 = speeds?.quantile(0.5) ?? hinted?.tokensPerSecond ?? Number.NaN;
    // The speed that nine of ten answers reach.
    facts.tokensPerSecondP90 = speeds?.quantile(0.1) ?? Number.NaN;
  }

  #stateOf(now: number, credentials: CredentialState): EndpointState {
    if (now < this.#missingUntil) return 'missing';
    if (credentials === 'none' || credentials === 'look') return 'no-credential';
    if (this.#breaker.isOpen) return this.#breaker.isProbing(now) ? 'probing' : 'ejected';
    return credentials === 'limited' ? 'limited' : 'working';
  }

  /** An outage begins with an ejection and lasts until all traffic is back, however often it is ejected meanwhile. */
  takeChange(): HealthChange | undefined {
    const { state } = this.facts;
    const isOut = state !== 'working' && state !== 'limited';
    if (isOut && this.#outage === undefined) {
      this.#outage = state;
      return { kind: 'endpoint-out', why: state };
    }
    if (isOut || this.#outage === undefined || !this.#breaker.isClosed) return undefined;
    const why = this.#outage;
    this.#outage = undefined;
    return { kind: 'endpoint-back', why };
  }

  get isOut(): boolean {
    return this.#outage !== undefined;
  }

  finding(): Omit<Finding, 'endpoint'> {
    return {
      outUntil: this.#breaker.isOpen ? this.#breaker.openUntil : undefined,
      firstContentMs: this.#firstContent.count >= measuresMin ? this.facts.firstContentP50 : Number.NaN,
      tokensPerSecond: this.#speed.count >= measuresMin ? this.facts.tokensPerSecondP50 : Number.NaN,
    };
  }

  /** Should others hear of it? When it went out or came back, at once; what it measured, each ten seconds while it is used. */
  takeIsTold(now: number): boolean {
    const isChanged = this.#breaker.isOpen !== this.#toldOpen;
    if (!isChanged && (this.#heardAt <= this.#toldAt || now - this.#toldAt < this.#pace.probeMs)) return false;
    this.#toldAt = now;
    this.#toldOpen = this.#breaker.isOpen;
    return true;
  }

  /** Of another gateway, or of this one before it started anew. What was seen here lately counts more. */
  takeHint({ outUntil, firstContentMs, tokensPerSecond }: Omit<Finding, 'endpoint'>, now: number): void {
    if (now - this.#heardAt < hintWaitsMs) return;
    this.#hinted = { firstContentMs, tokensPerSecond, at: now };
    if (outUntil === undefined) return;
    this.#breaker.takeHint(outUntil, now);
    this.#toldOpen = this.#breaker.isOpen;
  }

  /** Milliseconds until the first content, last 30 minutes; undefined: too few to say. */
  get waits(): Spread | undefined {
    return spreadOf(this.#firstContent, (part) => part);
  }

  /** Tokens per second that so many of a hundred answers reached; undefined: too few to say. */
  get speeds(): Spread | undefined {
    return spreadOf(this.#speed, (part) => 1 - part);
  }

  /** Of the answers with tool calls of the last 30 minutes, the share whose calls nobody could use; undefined: too few. */
  get toolErrors(): ToolErrors | undefined {
    const all = this.#halfHour.sum(toolAnswers);
    if (all < measuresMin) return undefined;
    const share = (trouble: ToolTrouble) => this.#troubles(trouble) / all;
    return {
      all: this.#brokenTools() / all,
      invalidJson: share('invalid-json'),
      unknownName: share('unknown-name'),
      schemaMismatch: share('schema-mismatch'),
    };
  }

  /** Told once an answer with tool calls was looked at, after its end. */
  toolsJudged(verdict: ToolVerdict, now: number): void {
    if (verdict === 'none') return;
    this.#halfHour.add(toolAnswers, 1, now);
    if (verdict !== 'usable') this.#halfHour.add(firstTrouble + toolTroubles.indexOf(verdict), 1, now);
  }

  #troubles(trouble: ToolTrouble): number {
    return this.#halfHour.sum(firstTrouble + toolTroubles.indexOf(trouble));
  }

  #brokenTools(): number {
    return toolTroubles.reduce((sum, trouble) => sum + this.#troubles(trouble), 0);
  }

  /** 0–1; undefined: too few attempts to say. */
  uptime(window: WindowName): number | undefined {
    return this.#outcomes.uptime(window);
  }

  /** The end of its last ejection. */
  get ejectedUntil(): number {
    return this.#breaker.openUntil;
  }
}

export type Spread = Readonly<Record<'p50' | 'p75' | 'p90' | 'p99', number>>;

function spreadOf(histogram: SlidingHistogram, partOf: (part: number) => number): Spread | undefined {
  if (histogram.count < measuresMin) return undefined;
  const at = (part: number) => histogram.quantile(partOf(part));
  return { p50: at(0.5), p75: at(0.75), p90: at(0.9), p99: at(0.99) };
}

function shareOf(part: number, all: number): number {
  return all === 0 ? 0 : part / all;
}
