import { Worker } from 'node:worker_threads';
import type { ReportStore, UsageAsk, UsageSum } from '#store/usage-reports.ts';
import { Refused } from '../commands/command.ts';

export type ReportQuestion =
  | { readonly kind: 'usage'; readonly ask: UsageAsk }
  | { readonly kind: 'check'; readonly day: number }
  | { readonly kind: 'days' };

export type ReportAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly fault: { readonly fault: string; readonly where: string } };

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (why: Error) => void };

const waitingMax = 32;
const idleMs = 30_000;

/**
 * Reports over SQLite, on a thread that the first one starts and that ends when nobody asked for a while: the keeper's own
 * connection answers at once what it is asked, and a report would keep every grant and posting waiting.
 */
export class ReportDesk {
  readonly #dataDir: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #nextId = 1;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** The store's reports, with those that may take long made here. */
  over(reports: ReportStore): ReportStore {
    return {
      ...reports,
      // The worker gives what its store gave.
      usage: async (ask) => (await this.#ask({ kind: 'usage', ask })) as readonly UsageSum[],
      recordedDays: async () => (await this.#ask({ kind: 'days' })) as readonly number[],
      checkUsage: async (day) =>
        (await this.#ask({ kind: 'check', day })) as Awaited<ReturnType<ReportStore['checkUsage']>>,
    };
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#worker?.terminate();
  }

  #ask(question: ReportQuestion): Promise<unknown> {
    if (this.#waiting.size >= waitingMax) throw new Refused('Too many reports are being made. Try again shortly.');
    clearTimeout(this.#idle);
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker ??= this.#start();
      this.#worker.postMessage({ id, question });
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./report-worker.ts', import.meta.url), {
      name: 'reports',
      workerData: { dataDir: this.#dataDir },
    });
    worker.unref();
    worker.on('message', (answer: ReportAnswer) => this.#take(answer));
    worker.on('error', () => {});
    worker.on('exit', () => this.#lost(worker));
    return worker;
  }

  #take(answer: ReportAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('fault' in answer) waiting?.reject(new ReportFailed());
    else waiting?.resolve(answer.value);
    if (this.#waiting.size > 0) return;
    this.#idle = setTimeout(() => void this.#worker?.terminate(), idleMs).unref();
  }

  #lost(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new ReportFailed());
    this.#waiting.clear();
  }
}

class ReportFailed extends Error {
  override readonly name = 'ReportFailed';
}
