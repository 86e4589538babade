import type { HealthPace } from './health-pace.ts';
import { SlidingCounts } from './sliding-counts.ts';

const consecutiveMax = 5;
/** While it comes back there is less patience. */
const consecutiveMaxWhileRamping = 2;
const attemptsMin = 20;
const failedShareMax = 0.5;
const minute = { bucketMs: 5_000, buckets: 12 };
const [told, failures] = [0, 1];
const jitterShare = 0.2;

/**
 * When an endpoint gets no more requests, when one looks after it, and how it comes back. `open`: ejected. `ramping`: it
 * answered again and gets a growing share. Each opening in a row is longer; a long good time ends the row.
 */
export class Breaker {
  readonly #pace: HealthPace;
  readonly #minute = new SlidingCounts(2, minute);
  #phase: 'closed' | 'open' | 'ramping' = 'closed';
  /** When the phase began: what started earlier says nothing of it. */
  #since = Number.NEGATIVE_INFINITY;
  #consecutive = 0;
  #openings = 0;
  #openUntil = Number.NEGATIVE_INFINITY;
  #probedAt = Number.NEGATIVE_INFINITY;
  #probesUnderWay = 0;
  #probes = 0;

  constructor(pace: HealthPace) {
    this.#pace = pace;
  }

  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  get isClosed(): boolean {
    return this.#phase === 'closed';
  }

  /** Its time is over, and one request is finding out. */
  isProbing(now: number): boolean {
    return this.isOpen && now >= this.#openUntil && this.#probesUnderWay > 0;
  }

  get openUntil(): number {
    return this.#openUntil;
  }

  /** Whatever its time: nobody has looked for long; or its time is over and nobody looks now. */
  wantsProbe(now: number): boolean {
    if (!this.isOpen) return false;
    return now - this.#probedAt >= this.#pace.probeMs || (now >= this.#openUntil && this.#probesUnderWay === 0);
  }

  /** Of its usual traffic. */
  rampShare(now: number): number {
    if (this.#phase !== 'ramping') return 1;
    const passed = (now - this.#since) / this.#pace.rampMs;
    if (passed < 1 / 3) return 0.1;
    return passed < 2 / 3 ? 0.25 : 0.5;
  }

  /** An attempt starts. True: it is a probe that should not wait long, as three of four do; the fourth is for who is slow. */
  began(now: number): boolean {
    if (!this.isOpen) return false;
    this.#probedAt = now;
    this.#probesUnderWay += 1;
    this.#probes += 1;
    return this.#probes % 4 !== 0;
  }

  /** The first content of an answer: whoever looked after an ejected endpoint need not wait for its last word. */
  firstContent(startedAt: number, now: number): void {
    if (this.isOpen && startedAt >= this.#since) this.#enter('ramping', now);
  }

  succeeded(startedAt: number, now: number): void {
    this.#minute.add(told, 1, now);
    this.#consecutive = 0;
    this.#left(startedAt);
    this.firstContent(startedAt, now);
  }

  /** `jitter` is a number from -1 to 1: gateways shall not all come back at the same instant. */
  failed(startedAt: number, now: number, jitter: number): void {
    this.#minute.add(told, 1, now);
    this.#minute.add(failures, 1, now);
    if (this.#phase !== 'closed' && startedAt < this.#since) return;
    this.#consecutive += 1;
    this.#left(startedAt);
    const isOver = this.isOpen ? now >= this.#openUntil : this.#isTooMuch();
    if (isOver) this.#open(now, jitter);
  }

  /** It was stopped by somebody else, or met what says nothing. */
  left(startedAt: number): void {
    this.#left(startedAt);
  }

  /** What time alone changes. */
  advance(now: number): void {
    this.#minute.advance(now);
    if (this.#phase === 'ramping' && now - this.#since >= this.#pace.rampMs) this.#enter('closed', now);
    const isLongGood = this.#phase === 'closed' && now - this.#since >= this.#pace.ejectMaxMs;
    if (isLongGood) this.#openings = 0;
  }

  /** What another gateway found: out, until one request has looked, which happens at once. */
  takeHint(openUntil: number, now: number): void {
    if (this.#phase !== 'closed') return;
    this.#openings = 1;
    this.#openUntil = Math.max(now, Math.min(openUntil, now + this.#pace.ejectMs));
    this.#probedAt = Number.NEGATIVE_INFINITY;
    this.#enter('open', now);
  }

  #isTooMuch(): boolean {
    if (this.#phase === 'ramping') return this.#consecutive >= consecutiveMaxWhileRamping;
    const all = this.#minute.sum(told);
    return (
      this.#consecutive >= consecutiveMax || (all >= attemptsMin && this.#minute.sum(failures) >= failedShareMax * all)
    );
  }

  #open(now: number, jitter: number): void {
    this.#openings += 1;
    const ms = Math.min(this.#pace.ejectMaxMs, this.#pace.ejectMs * this.#openings);
    this.#openUntil = now + Math.min(this.#pace.ejectMaxMs, ms * (1 + jitterShare * jitter));
    this.#probedAt = now;
    this.#enter('open', now);
  }

  #enter(phase: 'closed' | 'open' | 'ramping', now: number): void {
    this.#phase = phase;
    this.#since = now;
    this.#probesUnderWay = 0;
    this.#consecutive = 0;
    // What it did before says nothing of how it is now.
    if (phase === 'ramping') this.#minute.clear();
  }

  #left(startedAt: number): void {
    if (this.isOpen && startedAt >= this.#since && this.#probesUnderWay > 0) this.#probesUnderWay -= 1;
  }
}
