import { cell } from './ring.ts';

const tickMs = 10;
/** An `end` waits for four to five ticks: never more than 50 ms. */
const ticksMax = 5;

type PendingEnd = { readonly ordinal: number; readonly tick: number; readonly resolve: () => void };

/** The `end` records that were handed over and not yet seen written, the oldest first. One timer for all of them. */
export class PendingEnds {
  readonly #cells: Int32Array;
  readonly #onTick: (late: number) => void;
  #queue: PendingEnd[] = [];
  #first = 0;
  #tick = 0;
  #isListening = false;
  #timer: NodeJS.Timeout | null = null;

  /** `onTick` hears every 10 ms, while something waits, how many were released without being written. */
  constructor(cells: Int32Array, onTick: (late: number) => void) {
    this.#cells = cells;
    this.#onTick = onTick;
  }

  /** `ordinal`: how many ends had been handed over with this one, wrapping. */
  wait(ordinal: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#queue.push({ ordinal, tick: this.#tick, resolve });
    this.startTimer();
    if (!this.#isListening) this.#listen();
    return promise;
  }

  isEmpty(): boolean {
    return this.#first === this.#queue.length;
  }

  /** Releases all, written or not. */
  releaseAll(): number {
    const released = this.#queue.length - this.#first;
    while (!this.isEmpty()) this.#release();
    return released;
  }

  /** The timer runs out by itself when nothing waits. */
  startTimer(): void {
    this.#timer ??= setTimeout(() => this.#onTimer(), tickMs);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #listen(): void {
    for (;;) {
      this.#settle();
      if (this.isEmpty()) return;
      const seen = Atomics.load(this.#cells, cell.written);
      Atomics.store(this.#cells, cell.awaited, 1);
      const waiter = Atomics.waitAsync(this.#cells, cell.written, seen);
      if (!waiter.async) continue;
      this.#isListening = true;
      void waiter.value.then(() => {
        this.#isListening = false;
        this.#listen();
      });
      return;
    }
  }

  #settle(): void {
    const written = Atomics.load(this.#cells, cell.written);
    for (let next = this.#queue[this.#first]; next; next = this.#queue[this.#first]) {
      if (((written - next.ordinal) | 0) < 0) return;
      this.#release();
    }
  }

  #release(): void {
    this.#queue[this.#first]?.resolve();
    this.#first += 1;
    if (this.#first < this.#queue.length && this.#first < 1024) return;
    this.#queue = this.#queue.slice(this.#first);
    this.#first = 0;
  }

  #onTimer(): void {
    this.#timer = null;
    this.#tick += 1;
    this.#settle();
    let late = 0;
    for (
      let next = this.#queue[this.#first];
      next && this.#tick - next.tick >= ticksMax;
      next = this.#queue[this.#first]
    ) {
      this.#release();
      late += 1;
    }
    if (!this.isEmpty()) this.startTimer();
    this.#onTick(late);
  }
}
