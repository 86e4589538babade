import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type DataDirectoryLock, takeDataDirectoryLock } from './data-directory-lock.ts';
import type { CatalogueInput } from './interface/catalogue-input.ts';
import { faultFields, type KeeperLog } from './keeper-log.ts';
import type { KeeperPlace } from './open-keeper.ts';
import type { FromKeeperThread, KeeperThreadData, ToKeeperThread } from './thread-messages.ts';

const restartMsMin = 50;
const restartMsMax = 1_000;
/** A keeper that lived this long was well: the next death is a new story. */
const wellAfterMs = 10_000;
const attemptsBeforeReadyMax = 3;
/** A command that has the store open itself is done by then; so is the start of another keeper, nearly always. */
const lockWaitMs = 5_000;
const stopMs = 15_000;

export type KeeperOptions = KeeperPlace & {
  readonly socketPath: string;
  readonly catalogue: CatalogueInput;
  readonly keyPrefix: string;
  readonly logLevel: string;
  readonly generationMsMax: number;
  readonly alertWebhook?: string | undefined;
  readonly firstContentMs: number;
  /** The file that the thread runs: it gives the keeper the rules of the configuration file. */
  readonly entry: URL;
  /** The gateways of this process tree as they are now. */
  liveInstances(): readonly string[];
  readonly log: KeeperLog;
};

export type Keeper = {
  /** The keeper serves. Rejects with CannotStart when it never will. */
  readonly ready: Promise<void>;
  /** A gateway process of this tree has ended and will not come back: what it left behind can be read. */
  gone(instance: string): void;
  /** The gateways of this tree serve callers there: tests of upstreams go through them. */
  listens(url: string): void;
  /** Finishes what was begun; the lock is free then. */
  stop(): Promise<void>;
  /** For tests of faults: the thread dies here and now, as by a bug. */
  crash(): Promise<void>;
};

/** Why there can be no keeper here: a sentence for the operator. */
class CannotStart extends Error {
  override readonly name = 'CannotStart';
  readonly sentence: string;

  constructor(sentence: string) {
    super('keeper cannot start');
    this.sentence = sentence;
  }
}

/** Starts the keeper's thread and starts it again, within a second, whenever it dies. */
export function startKeeper(options: KeeperOptions): Keeper {
  const tree = new KeeperTree(options);
  const ready = tree.start();
  // Whoever awaits it hears of it; nobody else shall die of it.
  ready.catch(() => {});
  return {
    ready,
    gone: (instance) => tree.gone(instance),
    listens: (url) => tree.listens(url),
    stop: () => tree.stop(),
    crash: () => tree.crash(),
  };
}

class KeeperTree {
  readonly #options: KeeperOptions;
  #lock: DataDirectoryLock | undefined;
  #worker: Worker | undefined;
  #isStopping = false;
  #isReady = false;
  #refusal: string | undefined;
  #gatewayUrl: string | undefined;
  #deaths = 0;
  #restart: NodeJS.Timeout | undefined;
  readonly #ready = Promise.withResolvers<void>();

  constructor(options: KeeperOptions) {
    this.#options = options;
    // `start` hands it on; it may fail before that.
    this.#ready.promise.catch(() => {});
  }

  async start(): Promise<void> {
    this.#lock = await takeLock(this.#options);
    if (this.#isStopping) this.#giveUp('Fairlead was stopped while it started.');
    else this.#startThread();
    return await this.#ready.promise;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker) {
      const exited = new Promise((resolve) => worker.once('exit', resolve));
      worker.postMessage({ kind: 'stop' } satisfies ToKeeperThread);
      const deadline = setTimeout(() => void worker.terminate(), stopMs);
      await exited;
      clearTimeout(deadline);
    }
    this.#giveUp('Fairlead was stopped while it started.');
    this.#release();
  }

  gone(instance: string): void {
    this.#worker?.postMessage({ kind: 'gone', instance } satisfies ToKeeperThread);
  }

  /** One that starts again is told as well. */
  listens(url: string): void {
    this.#gatewayUrl = url;
    this.#worker?.postMessage({ kind: 'listens', url } satisfies ToKeeperThread);
  }

  async crash(): Promise<void> {
    await this.#worker?.terminate();
  }

  #startThread(): void {
    const { liveInstances, log, entry, ...rest } = this.#options;
    const gatewayUrl = this.#gatewayUrl;
    const workerData: KeeperThreadData = { ...rest, liveInstances: liveInstances(), gatewayUrl };
    const worker = new Worker(entry, { name: 'keeper', workerData });
    const startedAt = Date.now();
    this.#worker = worker;
    worker.on('message', (message: FromKeeperThread) => this.#hear(message));
    worker.on('error', (thrown) => log('keeper-died', faultFields(thrown)));
    worker.on('exit', () => {
      this.#worker = undefined;
      if (!this.#isStopping) this.#startAgain(Date.now() - startedAt);
    });
  }

  #hear(message: FromKeeperThread): void {
    const { log } = this.#options;
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        this.#ready.resolve();
        break;
      case 'refused':
        log('keeper-refused-start');
        this.#refusal = message.sentence;
        break;
      case 'log':
        log(message.event, message.fields);
    }
  }

  #startAgain(livedMs: number): void {
    this.#deaths = livedMs > wellAfterMs ? 1 : this.#deaths + 1;
    const isHopeless = this.#refusal !== undefined || this.#deaths >= attemptsBeforeReadyMax;
    if (!this.#isReady && isHopeless) {
      this.#giveUp(this.#refusal ?? 'The keeper cannot start; the log says where it stopped.');
      return;
    }
    const delayMs = Math.min(restartMsMax, restartMsMin * 2 ** (this.#deaths - 1));
    this.#options.log('keeper-died', { deaths: this.#deaths, again_in_ms: delayMs });
    this.#restart = setTimeout(() => this.#startThread(), delayMs);
    // Before the first time it is all that the process lives for.
    if (this.#isReady) this.#restart.unref();
  }

  /** Only before it was ever ready: a keeper that has served is always tried again. */
  #giveUp(sentence: string): void {
    if (this.#isReady) return;
    this.#isStopping = true;
    this.#release();
    this.#ready.reject(new CannotStart(sentence));
  }

  #release(): void {
    this.#lock?.[Symbol.dispose]();
    this.#lock = undefined;
  }
}

/** The lock decides who runs; whether the socket accepts only decides what the loser is told. */
async function takeLock({ dataDir, socketPath }: KeeperOptions): Promise<DataDirectoryLock> {
  const until = Date.now() + lockWaitMs;
  for (;;) {
    const lock = takeDataDirectoryLock(dataDir);
    if (lock) return lock;
    if ((await accepts(socketPath)) || Date.now() > until) {
      throw new CannotStart(`Fairlead already runs on this data directory (${dataDir}).`);
    }
    await sleep(50);
  }
}

function accepts(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const say = (does: boolean) => {
      socket.destroy();
      resolve(does);
    };
    socket.once('connect', () => say(true));
    socket.once('error', () => say(false));
    socket.setTimeout(1_000, () => say(false));
  });
}
