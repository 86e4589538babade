import { performance } from 'node:perf_hooks';
import type { GrantAsk, GrantResult, Store } from '#store/store.ts';

const waitMs = 250;
/** How often it is looked whether gateways of other trees gave something back: nobody says so. */
const lookMs = 40;
/** An allowance that nothing came back for is not asked for again so soon. */
const dryMs = 1_000;
/** Without the change feed other trees hear of it within a second: whoever is refused comes again after two (MONEY §2). */
const deafMs = 2_000;
const dryMax = 10_000;
const waitingMax = 1_000;

type Short = Extract<GrantResult, { readonly kind: 'short' }>;

/** One asking for what others hold of an allowance. */
type Round = {
  readonly endsAt: number;
  /** Gateways of this tree that have not answered. */
  readonly silent: Set<string>;
  readonly hasRemote: boolean;
  readonly wakes: Set<() => void>;
};

export type RecallContext = {
  readonly store: Store;
  readonly holder: string;
  now(): number;
  /** Asks the gateways of this tree; returns those of these instances that are connected. */
  tell(allowance: string, window: string, instances: readonly string[] | 'all'): readonly string[];
};

/**
 * Before somebody is told that an allowance is short, those who hold a part of it are asked for what they do not need
 * (MONEY §2, recall): gateways of this tree over their sockets, those of other trees over the change feed.
 */
export class RecallDesk {
  readonly #context: RecallContext;
  readonly #rounds = new Map<string, Round>();
  /** Until when nothing is asked for. */
  readonly #dry = new Map<string, number>();
  #waiting = 0;

  constructor(context: RecallContext) {
    this.#context = context;
  }

  /** The want once more, with what comes back within a quarter of a second after it was asked for. */
  async tryAgain(instance: string, wants: readonly GrantAsk[], short: Short, askedAt: number): Promise<GrantResult> {
    if (this.#waiting >= waitingMax) return short;
    this.#waiting += 1;
    try {
      return await this.#tryUntil(askedAt + waitMs, { instance, wants, short });
    } finally {
      this.#waiting -= 1;
    }
  }

  /** A gateway of this tree gave something back, or said that it has nothing. */
  gave(instance: string): void {
    for (const round of this.#rounds.values()) {
      if (round.silent.delete(instance)) for (const wake of round.wakes) wake();
    }
  }

  /** What the change feed brought. */
  heard(what: string): void {
    const [allowance = '', window = '', holder] = what.split(' ');
    if (holder !== this.#context.holder) this.#context.tell(allowance, window, 'all');
  }

  async #tryUntil(
    until: number,
    {
      instance,
      wants,
      short,
    }: { readonly instance: string; readonly wants: readonly GrantAsk[]; readonly short: Short },
  ): Promise<GrantResult> {
    const { store, now } = this.#context;
    const rounds = new Map<string, Round>();
    let result: GrantResult = short;
    while (result.kind === 'short') {
      const key = `${result.allowance} ${result.window}`;
      const round = rounds.get(key) ?? (await this.#roundFor(key, result, instance));
      if (!round) return result;
      rounds.set(key, round);
      const leftMs = Math.min(until, round.endsAt) - performance.now();
      const isOver = leftMs <= 0 || (round.silent.size === 0 && !round.hasRemote);
      if (!isOver) await somethingComes(round, Math.min(leftMs, lookMs));
      result = await store.leases.grant(instance, wants, now());
      if (isOver && result.kind === 'short') {
        this.#dry.set(key, performance.now() + dryMs);
        const isDeaf = round.hasRemote && !store.changes.hearsAtOnce();
        return isDeaf ? { ...result, againInMs: deafMs } : result;
      }
    }
    return result;
  }

  /** The asking that runs, or a new one; undefined when there is nobody to ask, or nothing came back just now. */
  async #roundFor(key: string, { allowance, window }: Short, instance: string): Promise<Round | undefined> {
    this.#tidy();
    const running = this.#rounds.get(key);
    if (running) return running;
    if (this.#dry.has(key)) return undefined;
    const { store, holder, now, tell } = this.#context;
    const holders = await store.leases.otherHolders(allowance, window, instance);
    const meanwhile = this.#rounds.get(key);
    if (meanwhile || holders.length === 0) return meanwhile;
    const local = tell(allowance, window, holders);
    const hasRemote = local.length < holders.length;
    const round = {
      endsAt: performance.now() + waitMs,
      silent: new Set(local),
      hasRemote,
      wakes: new Set<() => void>(),
    };
    this.#rounds.set(key, round);
    if (hasRemote) await store.changes.recall(`${key} ${holder}`, now());
    return round;
  }

  #tidy(): void {
    const now = performance.now();
    for (const [key, { endsAt }] of this.#rounds) if (endsAt < now) this.#rounds.delete(key);
    for (const [key, until] of this.#dry) {
      if (until < now || this.#dry.size > dryMax) this.#dry.delete(key);
    }
  }
}

function somethingComes(round: Round, atMostMs: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      round.wakes.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, atMostMs);
    round.wakes.add(wake);
  });
}
