import type { EndRecord } from '#core/journal/record.ts';
import type { FromKeeper, ToKeeper } from '#keeper/interface/messages.ts';
import { type AnswerContext, answer } from '#keeper/peers/answer.ts';
import type { Peer } from '#keeper/peers/peer.ts';
import type { GrantAsk, GrantResult, Store } from '#store/store.ts';
import type { Wire } from './wire.ts';

type Short = Extract<GrantResult, { readonly kind: 'short' }>;

export type KeeperWorld = {
  readonly store: Pick<Store, 'leases' | 'postings'>;
  now(): number;
  /** To every gateway but this one. */
  recall(allowance: string, window: string, but: string): void;
};

/** A keeper: the product's own answers, on one store that others use as well. */
export class ModelKeeper {
  readonly #world: KeeperWorld;
  readonly #peers = new Map<Wire, ModelPeer>();
  /** Who was short waits for what others give back. */
  #waiting: (() => Promise<void>)[] = [];
  #unposted: { readonly records: readonly EndRecord[]; readonly posted: () => void }[] = [];
  readonly #context: AnswerContext;

  constructor(world: KeeperWorld) {
    this.#world = world;
    const nothing = () => {};
    const parts = {
      store: world.store,
      posts: {
        add: (records: readonly EndRecord[], posted: () => void) => void this.#unposted.push({ records, posted }),
        flush: () => this.post(),
      },
      held: { set: nothing },
      health: { fresh: async () => [] },
      feed: { sequence: 1 },
      recalls: { gave: nothing, tryAgain: this.#tryAgain },
      log: nothing,
      now: () => world.now(),
      snapshot: () => ({ upstreams: [], models: [] }),
    };
    // What answering these messages needs, and no more.
    this.#context = parts as unknown as AnswerContext;
  }

  connect(wire: Wire): void {
    wire.isUp = true;
    this.#peers.set(wire, new ModelPeer(wire));
  }

  async take(wire: Wire): Promise<void> {
    const peer = this.#peers.get(wire);
    const message = wire.toKeeper.shift();
    if (!peer || !message) return;
    // As it travels: a message is JSON.
    await answer(this.#context, peer as unknown as Peer, JSON.parse(JSON.stringify(message)) as ToKeeper);
  }

  /** What arrived is one transaction; one that failed is tried again. */
  async post(): Promise<void> {
    const batch = this.#unposted;
    if (batch.length === 0) return;
    await this.#world.store.postings.post(
      batch.flatMap(({ records }) => records),
      this.#world.now(),
    );
    this.#unposted = [];
    for (const { posted } of batch) posted();
  }

  async tryShortAgain(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) await one();
  }

  /** Its memory is gone, and so are its connections. */
  crash(): void {
    for (const wire of this.#peers.keys()) wire.cut();
    this.#peers.clear();
    this.#unposted = [];
    this.#waiting = [];
  }

  readonly #tryAgain = (instance: string, wants: readonly GrantAsk[], short: Short): Promise<GrantResult> => {
    this.#world.recall(short.allowance, short.window, instance);
    return new Promise((resolve, reject) => {
      this.#waiting.push(() =>
        this.#world.store.leases.grant(instance, wants, this.#world.now()).then(resolve, reject),
      );
    });
  };
}

class ModelPeer {
  instance: string | undefined;
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  greet({ instance }: { readonly instance: string }): void {
    this.instance = instance;
  }

  say(message: FromKeeper): void {
    if (this.#wire.isUp) this.#wire.toGateway.push(JSON.parse(JSON.stringify(message)) as FromKeeper);
  }

  end(): void {}
}
