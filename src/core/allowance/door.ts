/** Who pays comes before who does not. Settling and health are never asked at the door. */
export type Rank = 'paid' | 'free';

/** Somebody who waits to be let in. Exactly one of the two is called, once. */
export type Waiter = {
  readonly rank: Rank;
  admit(): void;
  /** Somebody who pays took its place. */
  refuse(): void;
};

/** How a process feels: the p99 of its event loop's delay, and how much of its heap is used, 0–1. */
export type Load = { readonly lagMs: number; readonly heapShare: number };

export type DoorOptions = {
  /** Generations inside at once. */
  readonly insideMax: number;
  readonly waitingMax: number;
  readonly lagMsMax: number;
  /** So long the delay must be too high. */
  readonly lagsForMs: number;
};

const heapShareMax = 0.8;
/** Above this share of the places only those who pay are let in. */
const freeShare = 0.9;
const insideMin = 8;

/**
 * How many generations a process takes on: as many as it was told, fewer while it cannot keep up, and a bounded number
 * waits outside. Whoever finds no place is sent away before its body is read, which costs next to nothing. Instants are
 * monotonic milliseconds.
 */
export class Door {
  readonly #options: DoorOptions;
  readonly #waiting: Readonly<Record<Rank, Waiter[]>> = { paid: [], free: [] };
  #lagsSince: number | undefined;
  limit: number;
  inside = 0;

  constructor(options: DoorOptions) {
    this.#options = options;
    this.limit = options.insideMax;
  }

  get waiting(): number {
    return this.#waiting.paid.length + this.#waiting.free.length;
  }

  /** Nobody is let in or may wait, whoever it is. */
  get isShut(): boolean {
    return this.inside >= this.limit && this.#waiting.paid.length >= this.#options.waitingMax;
  }

  /** True: inside, at once. */
  enter(rank: Rank): boolean {
    if (this.inside >= this.#placesFor(rank) || this.#waiting[rank].length > 0) return false;
    this.inside += 1;
    return true;
  }

  /** False: too many wait already. */
  wait(waiter: Waiter): boolean {
    if (this.waiting >= this.#options.waitingMax) {
      const last = waiter.rank === 'paid' ? this.#waiting.free.pop() : undefined;
      if (!last) return false;
      last.refuse();
    }
    this.#waiting[waiter.rank].push(waiter);
    return true;
  }

  giveUp(waiter: Waiter): void {
    const line = this.#waiting[waiter.rank];
    const index = line.indexOf(waiter);
    if (index >= 0) line.splice(index, 1);
  }

  leave(): void {
    this.inside -= 1;
    this.#admitWaiting();
  }

  /** Fewer places while the process cannot keep up, more again when it can. */
  adjust({ lagMs, heapShare }: Load, now: number): 'tighter' | 'wider' | 'same' {
    const { insideMax, lagMsMax, lagsForMs } = this.#options;
    if (lagMs <= lagMsMax) this.#lagsSince = undefined;
    else this.#lagsSince ??= now;
    const lags = this.#lagsSince !== undefined && now - this.#lagsSince >= lagsForMs;
    if (lags || heapShare > heapShareMax) {
      this.limit = Math.max(Math.min(insideMin, insideMax), Math.floor(Math.min(this.limit, this.inside) * freeShare));
      return 'tighter';
    }
    if (this.limit === insideMax || this.#lagsSince !== undefined) return 'same';
    this.limit = Math.min(insideMax, Math.ceil(this.limit * 1.1) + 1);
    this.#admitWaiting();
    return 'wider';
  }

  #placesFor(rank: Rank): number {
    return rank === 'paid' ? this.limit : Math.ceil(this.limit * freeShare);
  }

  #admitWaiting(): void {
    for (const rank of ['paid', 'free'] as const) {
      const line = this.#waiting[rank];
      while (line.length > 0 && this.inside < this.#placesFor(rank)) {
        this.inside += 1;
        line.shift()?.admit();
      }
    }
  }
}
