import { Worker } from 'node:worker_threads';
import type { Log } from '#observe/log.ts';
import type { SmtpOptions } from '#outgoing/mail/smtp-sender.ts';
import type { BackingRule } from './identity/backing-wallets.ts';
import type { SignInProvider } from './identity/elsewhere.ts';
import type { GithubLeaks } from './leaks/github-signature.ts';

/** What the thread is given. */
export type ConsoleData = {
  readonly socketPath: string;
  readonly keeperSocket: string;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** Hex, where it is not in the data directory. */
  readonly pepper: string | undefined;
  readonly keyPrefix: string;
  readonly publicUrl: string | undefined;
  readonly mail: SmtpOptions | undefined;
  readonly signUp: 'open' | 'invited';
  readonly providers: readonly SignInProvider[];
  readonly walletRule: BackingRule | undefined;
  readonly githubLeaks: GithubLeaks | undefined;
  /** The file with what the tests said; undefined: the one beside this software. */
  readonly evidence: string | undefined;
};

export type FromConsoleThread =
  | { readonly kind: 'listening' }
  /** What the API could not answer: its id is in the answer too. */
  | { readonly kind: 'failed'; readonly request: string; readonly status: number; readonly route: string };

type ConsoleThreadOptions = ConsoleData & {
  /** The file that the thread runs: it puts pages and console together. */
  readonly entry: URL;
  readonly log: Log;
};

const startMs = 10_000;

/** The console's thread: started by its first visitor, and again by the next one should it die. */
export class ConsoleThread {
  readonly #options: ConsoleThreadOptions;
  #worker: Worker | undefined;
  #starting: Promise<string> | undefined;

  constructor(options: ConsoleThreadOptions) {
    this.#options = options;
  }

  /** Where it listens; rejects when it does not start. */
  socket(): Promise<string> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Promise<string> {
    const { entry, log, ...workerData } = this.#options;
    const { socketPath } = workerData;
    const worker = new Worker(entry, {
      name: 'console',
      workerData,
    });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => void worker.terminate(), startMs);
      worker.on('message', (message: FromConsoleThread) => {
        if (message.kind === 'failed') {
          const { request, status, route } = message;
          return log('account-failed', { request, status, route });
        }
        clearTimeout(late);
        resolve(socketPath);
      });
      worker.on('error', () => log('console-died', {}));
      worker.once('exit', () => {
        clearTimeout(late);
        this.#starting = undefined;
        reject(new Error('the console stopped'));
      });
    });
  }
}
