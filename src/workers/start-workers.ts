import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Config } from '#config/config.ts';
import type { Log } from '#observe/log.ts';
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
  readonly log: Log;
  /** A worker is gone for good: what it left behind can be read. */
  gone(instance: string): void;
};

export type Workers = {
  /** Those that run now. */
  instances(): readonly string[];
  reread(): void;
  /** All of them at once; none is left when this resolves. */
  drain(): Promise<void>;
};

type Worker = { readonly child: ChildProcess; readonly instance: string };

/** Starts further gateway processes on the same port, and each again, within a second, whenever it dies. */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const tree = new WorkerTree(options);
  await tree.start();
  return tree;
}

class WorkerTree implements Workers {
  readonly #options: WorkersOptions;
  readonly #running = new Set<Worker>();
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
    const worker = { child, instance };
    const startedAt = performance.now();
    this.#running.add(worker);
    say(child, { kind: 'start', config, instance, simulatorPort, keeperSocket, role });
    return new Promise((resolve) => {
      const late = setTimeout(() => child.kill('SIGKILL'), startMs);
      child.on('message', (message: FromWorker) => {
        if (message.kind === 'console') return void this.#openConsole(child);
        clearTimeout(late);
        log('worker-started', { instance });
        resolve(true);
      });
      child.once('exit', () => {
        clearTimeout(late);
        this.#running.delete(worker);
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

  async #openConsole(child: ChildProcess): Promise<void> {
    const socket = await this.#options.consoleSocket().catch(() => undefined);
    say(child, { kind: 'console', socket });
  }
}

/** One that has just died is not told any more. */
function say(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message, () => {});
}
