import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { encodeFrame, FrameReader } from '#keeper/interface/framing.ts';
import type { FromKeeper, ToKeeper } from '#keeper/interface/messages.ts';
import type { Log } from '#observe/log.ts';

/** What the keeper says without being asked. */
export type KeeperNews = {
  welcome(message: Extract<FromKeeper, { kind: 'welcome' }>): void;
  changed(message: Extract<FromKeeper, { kind: 'changed' }>): void;
  snapshot(message: Extract<FromKeeper, { kind: 'snapshot' }>): void;
  recall(message: Extract<FromKeeper, { kind: 'recall' }>): void;
  /** Others took us for gone: nothing is granted to this instance any more. */
  fenced(): void;
  hints(message: Extract<FromKeeper, { kind: 'hints' }>): void;
};

type Asking = Extract<ToKeeper, { ask: number }>;
/** A question without its number, which the link gives it. */
export type Question = Asking extends infer One ? (One extends Asking ? Omit<One, 'ask'> : never) : never;
export type Answer = Extract<FromKeeper, { ask: number }>;

type Waiting = { readonly resolve: (answer: Answer | undefined) => void; readonly timer: NodeJS.Timeout };

const reconnectMs = 50;
const renewMs = 20_000;
/** Nothing heard from the store for this long: what is cached grows stale. */
const staleMs = 3_000;
/** MONEY §2, Silence: without a renewed reply for this long no hold is cut. */
const silenceMs = 48_000;
const questionsMax = 10_000;
/** What no keeper says whose store is away: it also refuses, and rates are its own. */
const ofTheStore: ReadonlySet<FromKeeper['kind']> = new Set(['alive', 'changed', 'welcome', 'renewed', 'caller']);

/** The gateway's ordered stream to its keeper; connects again by itself and says hello as the same instance. */
export class KeeperLink {
  readonly #path: string;
  readonly #instance: string;
  readonly #news: KeeperNews;
  readonly #log: Log;
  readonly #waiting = new Map<number, Waiting>();
  #socket: Socket | undefined;
  #isClosed = false;
  #isFenced = false;
  #nextAsk = 1;
  #heardAt = Number.NEGATIVE_INFINITY;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #retry: NodeJS.Timeout | undefined;
  readonly #renewal: NodeJS.Timeout;

  constructor(options: { path: string; instance: string; news: KeeperNews; log: Log }) {
    this.#path = options.path;
    this.#instance = options.instance;
    this.#news = options.news;
    this.#log = options.log;
    this.#renewal = setInterval(() => this.#renew(), renewMs).unref();
  }

  /** Holds may be cut: the keeper renewed us within the term. */
  get isTrusted(): boolean {
    return performance.now() - this.#renewedAt < silenceMs;
  }

  get isStale(): boolean {
    return performance.now() - this.#heardAt > staleMs;
  }

  /** The store was not heard of for longer than what is cached may be trusted: what was revoked meanwhile is not known here. */
  isCutOff(staleMsMax: number): boolean {
    return performance.now() - this.#heardAt > Math.max(staleMs, staleMsMax);
  }

  get isUp(): boolean {
    return this.#socket !== undefined;
  }

  /** Connects, and keeps connected from then on. */
  start(): void {
    this.#connect();
  }

  /** Undefined: no answer within the deadline, or no keeper. It may have been heard all the same. */
  ask(question: Question, deadlineMs: number): Promise<Answer | undefined> {
    const socket = this.#socket;
    if (!socket || this.#waiting.size >= questionsMax) return Promise.resolve(undefined);
    const ask = this.#nextAsk++;
    return new Promise((resolve) => {
      // After a turn that was long the answer may lie unread in the socket: it is read before `setImmediate`.
      const timer = setTimeout(() => setImmediate(() => this.#answer(ask, undefined)), deadlineMs);
      this.#waiting.set(ask, { resolve, timer });
      socket.write(encodeFrame({ ...question, ask }));
    });
  }

  say(message: Exclude<ToKeeper, Asking>): void {
    this.#socket?.write(encodeFrame(message));
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#renewal);
    clearTimeout(this.#retry);
    this.#socket?.destroy();
  }

  #connect(): void {
    if (this.#isClosed) return;
    const reader = new FrameReader();
    const socket = connect(this.#path);
    socket.on('connect', () => {
      socket.write(encodeFrame({ kind: 'hello', instance: this.#instance, part: 'gateway' } satisfies ToKeeper));
    });
    socket.on('data', (bytes: Buffer) => {
      try {
        // A trusted peer of our own making: its messages are of this type.
        for (const message of reader.push(bytes)) this.#hear(message as FromKeeper, socket);
      } catch {
        this.#log('keeper-message-broken', {});
        socket.destroy();
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => this.#lost());
  }

  #lost(): void {
    if (this.#socket) this.#log('keeper-lost', {});
    this.#socket = undefined;
    for (const ask of [...this.#waiting.keys()]) this.#answer(ask, undefined);
    if (!this.#isClosed) this.#retry = setTimeout(() => this.#connect(), reconnectMs);
  }

  #hear(message: FromKeeper, socket: Socket): void {
    if (ofTheStore.has(message.kind)) this.#heardAt = performance.now();
    switch (message.kind) {
      case 'welcome':
        this.#socket = socket;
        this.#renewedAt = this.#heardAt;
        return this.#news.welcome(message);
      case 'changed':
        return this.#news.changed(message);
      case 'snapshot':
        return this.#news.snapshot(message);
      case 'recall':
        return this.#news.recall(message);
      case 'hints':
        return this.#news.hints(message);
      case 'alive':
      case 'posted':
        return;
      case 'caller':
      case 'granted':
      case 'short':
      case 'rate-taken':
      case 'renewed':
      case 'result':
        return this.#answer(message.ask, message);
      case 'refused':
        // Whatever was asked: a hello, a want, a renewal.
        if (message.why === 'fenced') this.#fenced();
        return this.#answer(message.ask, message);
    }
  }

  #answer(ask: number, answer: Answer | undefined): void {
    const waiting = this.#waiting.get(ask);
    if (!waiting) return;
    this.#waiting.delete(ask);
    clearTimeout(waiting.timer);
    waiting.resolve(answer);
  }

  #fenced(): void {
    if (this.#isFenced) return;
    this.#isFenced = true;
    this.#log('gateway-fenced', {});
    this.#news.fenced();
  }

  async #renew(): Promise<void> {
    const askedAt = performance.now();
    const answer = await this.ask({ kind: 'renew' }, renewMs);
    // The term counts from when we asked, so that a slow reply cannot lengthen it.
    if (answer?.kind === 'renewed') this.#renewedAt = askedAt;
  }
}
