import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { Door, type Rank, type Waiter } from '#core/allowance/door.ts';
import { Fault } from '#core/generation/fault.ts';
import type { Log } from '#observe/log.ts';
import type { Caller } from './callers.ts';

export type DoorKeeperOptions = {
  readonly insideMax: number;
  readonly lagMsMax: number;
  readonly lagsForMs: number;
  /** Who was not let in by then is sent away. */
  readonly waitMs: number;
  readonly log: Log;
};

const waitingMax = 1_000;
const resolutionMs = 20;
/** After so many looks at an empty room nobody looks any more: the stopwatch alone wakes a process fifty times a second. */
const quietLooksMax = 15;

/** The door with a clock, a stopwatch on the event loop and an eye on the heap. */
export class DoorKeeper {
  readonly #options: DoorKeeperOptions;
  readonly #door: Door;
  readonly #delay: ReturnType<typeof monitorEventLoopDelay>;
  #looking: NodeJS.Timeout | undefined;
  #quietLooks = 0;
  #isTight = false;
  #lookedAt = performance.now();
  /** Whoever is inside disposes of it on its way out: one object for all of them. */
  readonly pass: Disposable = { [Symbol.dispose]: () => this.#door.leave() };

  constructor(options: DoorKeeperOptions) {
    this.#options = options;
    const { insideMax, lagMsMax, lagsForMs } = options;
    this.#door = new Door({ insideMax, lagMsMax, lagsForMs, waitingMax: Math.min(waitingMax, insideMax) });
    this.#delay = monitorEventLoopDelay({ resolution: resolutionMs });
  }

  get limit(): number {
    return this.#door.limit;
  }

  get waiting(): number {
    return this.#door.waiting;
  }

  /** Somebody was inside lately. */
  get isLooking(): boolean {
    return this.#looking !== undefined;
  }

  /** Before anything is asked of anybody: there is no place for whoever it may be. */
  refuseWhenShut(): void {
    if (this.#door.isShut) throw overloaded();
  }

  /** Undefined: inside. A promise: it waits outside for a while. */
  enter(caller: Pick<Caller, 'allowances'>): Promise<void> | undefined {
    if (!this.#looking) this.#startLooking();
    const rank = rankOf(caller);
    return this.#door.enter(rank) ? undefined : this.#wait(rank);
  }

  close(): void {
    this.#stopLooking();
  }

  #startLooking(): void {
    this.#lookedAt = performance.now();
    this.#quietLooks = 0;
    this.#delay.reset();
    this.#delay.enable();
    this.#looking = setInterval(() => this.#look(), Math.max(10, this.#options.lagsForMs / 3)).unref();
  }

  #stopLooking(): void {
    clearInterval(this.#looking);
    this.#looking = undefined;
    this.#delay.disable();
  }

  #wait(rank: Rank): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = () => {
        clearTimeout(timer);
        reject(overloaded());
      };
      const admit = () => {
        clearTimeout(timer);
        resolve();
      };
      const waiter: Waiter = { rank, admit, refuse };
      const timer = setTimeout(() => {
        this.#door.giveUp(waiter);
        refuse();
      }, this.#options.waitMs);
      if (!this.#door.wait(waiter)) refuse();
    });
  }

  #look(): void {
    const now = performance.now();
    // Without a single measure the loop has stood still since the last look. The stopwatch counts its own interval, too.
    const lagMs = this.#delay.count === 0 ? now - this.#lookedAt : this.#delay.percentile(99) / 1e6 - resolutionMs;
    this.#lookedAt = now;
    this.#delay.reset();
    const heap = getHeapStatistics();
    const heapShare = heap.used_heap_size / heap.heap_size_limit;
    const change = this.#door.adjust({ lagMs, heapShare }, now);
    const isTight = this.#door.limit < this.#options.insideMax;
    if (isTight || this.#door.inside > 0 || this.#door.waiting > 0) this.#quietLooks = 0;
    else this.#quietLooks += 1;
    if (this.#quietLooks === quietLooksMax) this.#stopLooking();
    if (isTight === this.#isTight) return;
    this.#isTight = isTight;
    this.#options.log(change === 'tighter' ? 'overload-began' : 'overload-ended', {
      ms: Math.max(0, Math.round(lagMs)),
      open: this.#door.inside,
    });
  }
}

/** Without credit a workspace can use free models alone. */
function rankOf({ allowances }: Pick<Caller, 'allowances'>): Rank {
  const wallet = allowances[0];
  return wallet?.of === 'wallet' && wallet.limit === '0' ? 'free' : 'paid';
}

/** Many at once must not come again at the same instant. */
function overloaded(): Fault {
  return new Fault('overloaded', { retryAfterMs: 1_000 + Math.floor(Math.random() * 2_000) });
}
