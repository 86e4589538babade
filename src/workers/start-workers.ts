import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Config } from '#config/config.ts';
import type { Log } from '#observe/log.ts';
import { addReadings, type MeterReading } from '#observe/meters.ts';
import type { Role } from './serve-gateway.ts';
import { StartRefused } from './start-refused.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

const restartMsMin = 50;
const restartMsMax = 1_000;
/** A worker that lived this long was well: the next death is a new story. */
const wellAfterMs = 10_000;
const startMs = 30_000;
const goodbyeMs = 10_000;

export type WorkersOptions = {
  readonly count: number;
  /** With the port that the first process listens on. */
  readonly config: Config;
  readonly simulatorPort: number | undefined;
  readonly keeperSocket: string;
  readonly role: Role;
  readonly consoleSocket: () => Promise<string>;
  /** What the first process counted itself. */
  reading(): MeterReading;
  readonly log: Log;
  /** A worker is gone for good: what it left behind can be read. */
  gone(instance: string): void;
};

export type Workers = {
  /** Those that run now. */
  instances(): readonly string[];
  reread(): void;
  /** What each of them counted, those that are gone included. */
  readings(): Promise<readonly MeterReading[]>;
  /** All of them at once; none is left when this resolves. */
  drain(): Promise<void>;
};

type Worker = {
  readonly child: ChildProcess;
  readonly instance: string;
  /** What it said last. */
  reading: MeterReading;
  /** Called once it has said what it counted, or is gone. */
  readonly curious: (() => void)[];
};

/** One that is busy is told of as it was when it answered last: a count that fell would look like a start. */
const countedMs = 1_000;
const nothing: MeterReading = { counts: new Map(), gauges: {} };

/** Starts further gateway processes on the same port, and each again, within a second, whenever it dies. */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const tree = new WorkerTree(options);
  await tree.start();
  return tree;
}

class WorkerTree implements Workers {
  readonly #options: WorkersOptions;
  readonly #running = new Set<Worker>();
  /** The counts of those that are gone. */
  #gone: MeterReading = nothing;
  #isLeaving = false;

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const all = Array.from({ length: this.#options.count }, () => this.#startOne(0));
    const ready = await Promise.all(all);
    if (ready.every(Boolean)) return;
    await this.drain();
    throw new StartRefused('A further gateway process did not start; the log says where it stopped.');
  }

  instances(): readonly string[] {
    return [...this.#running].map(({ instance }) => instance);
  }

  reread(): void {
    for (const { child } of this.#running) say(child, { kind: 'reread' });
  }

  async readings(): Promise<readonly MeterReading[]> {
    return await this.#readingsBut(undefined);
  }

  async #readingsBut(asker: Worker | undefined): Promise<readonly MeterReading[]> {
    const asked = [...this.#running].filter((worker) => worker !== asker);
    await Promise.all(asked.map(count));
    return [this.#gone, ...asked.map(({ reading }) => reading)];
  }

  async drain(): Promise<void> {
    this.#isLeaving = true;
    const { drainAcceptMs, drainMs } = this.#options.config.deadlines;
    await Promise.all(
      [...this.#running].map(async ({ child }) => {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        const late = setTimeout(() => child.kill('SIGKILL'), drainAcceptMs + drainMs + goodbyeMs);
        say(child, { kind: 'drain' });
        await ended;
        clearTimeout(late);
      }),
    );
  }

  /** True once it serves; false when it ended before. */
  #startOne(deaths: number): Promise<boolean> {
    const { config, simulatorPort, keeperSocket, role, log } = this.#options;
    const instance = `g_${randomBytes(12).toString('hex')}`;
    const child = fork(new URL('./worker-process.ts', import.meta.url), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const worker: Worker = { child, instance, reading: nothing, curious: [] };
    const startedAt = performance.now();
    this.#running.add(worker);
    say(child, { kind: 'start', config, instance, simulatorPort, keeperSocket, role });
    return new Promise((resolve) => {
      const late = setTimeout(() => child.kill('SIGKILL'), startMs);
      child.on('message', (message: FromWorker) => {
        if (message.kind !== 'ready') return this.#hear(worker, message);
        clearTimeout(late);
        log('worker-started', { instance });
        resolve(true);
      });
      child.once('exit', () => {
        clearTimeout(late);
        this.#running.delete(worker);
        for (const asker of worker.curious.splice(0)) asker();
        this.#gone = addReadings([this.#gone, { ...worker.reading, gauges: {} }]);
        resolve(false);
        this.#options.gone(instance);
        if (!this.#isLeaving) this.#startAgain(performance.now() - startedAt > wellAfterMs ? 0 : deaths, instance);
      });
    });
  }

  #startAgain(deaths: number, instance: string): void {
    const delayMs = Math.min(restartMsMax, restartMsMin * 2 ** deaths);
    this.#options.log('worker-died', { instance });
    setTimeout(() => !this.#isLeaving && void this.#startOne(deaths + 1), delayMs).unref();
  }

  #hear(worker: Worker, message: Exclude<FromWorker, { kind: 'ready' }>): void {
    switch (message.kind) {
      case 'console':
        return void this.#openConsole(worker.child);
      case 'counted':
        worker.reading = message.reading;
        for (const asker of worker.curious.splice(0)) asker();
        return;
      case 'others':
        void this.#tellOfOthers(worker);
    }
  }

  async #tellOfOthers(asker: Worker): Promise<void> {
    const others = [this.#options.reading(), ...(await this.#readingsBut(asker))];
    say(asker.child, { kind: 'counted-by-others', others });
  }

  async #openConsole(child: ChildProcess): Promise<void> {
    const socket = await this.#options.consoleSocket().catch(() => undefined);
    say(child, { kind: 'console', socket });
  }
}

function count({ child, curious }: Worker): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, countedMs);
    curious.push(() => {
      clearTimeout(late);
      resolve();
    });
    say(child, { kind: 'count' });
  });
}

/** One that has just died is not told any more. */
function say(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message, () => {});
}
