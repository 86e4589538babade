// A real Fairlead, started and asked as its operator does it.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cleanEnvironment, repository } from '../support/run-result.ts';

const program = join(repository, 'bin', 'fairlead');
const node = join(repository, 'node_modules', '.bin', 'node');
const startMs = 20_000;
const stopMs = 5_000;
const explainMs = 4_000;
const loggedMax = 2_000;

export type Explained = {
  readonly end_reason: string;
  readonly attempts: readonly { readonly status: number; readonly verdict: string }[];
};

export class Fairlead implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #said: string[] = [];
  readonly #logged: string[] = [];
  #url = '';
  #key = '';

  /** With `config`, the text of a fairlead.yaml; without `json`, what it prints for people. */
  static async start(options: { readonly config?: string; readonly json: boolean }): Promise<Fairlead> {
    const fairlead = new Fairlead(options);
    try {
      await fairlead.#untilReady(options.json);
    } catch (thrown) {
      await fairlead[Symbol.asyncDispose]();
      throw thrown;
    }
    return fairlead;
  }

  private constructor({ config, json }: { readonly config?: string; readonly json: boolean }) {
    this.#folder = mkdtempSync(join(tmpdir(), 'fairlead-clients-'));
    const configFile = join(this.#folder, 'fairlead.yaml');
    if (config !== undefined) writeFileSync(configFile, config);
    const data = join(this.#folder, 'data');
    this.#env = { ...cleanEnvironment(), PORT: '0', FAIRLEAD_DATA: data, FAIRLEAD_CONFIG: undefined };
    if (config !== undefined) this.#env.FAIRLEAD_CONFIG = configFile;
    const args = json ? [program, 'start', '--json'] : [program, 'start'];
    this.#child = spawn(node, args, { cwd: this.#folder, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  get url(): string {
    return this.#url;
  }

  get baseUrl(): string {
    return `${this.#url}/v1`;
  }

  get key(): string {
    return this.#key;
  }

  /** The lines of its stdout. */
  get printed(): readonly string[] {
    return this.#said.join('').split('\n');
  }

  /** The latest lines of its log. */
  get logged(): readonly string[] {
    return this.#logged.join('').split('\n');
  }

  /** A command with `--json`, while the server runs. */
  async command(...args: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const { stdout } = await promisify(execFile)(node, [program, ...args, '--json'], {
      cwd: this.#folder,
      env: this.#env,
    });
    return JSON.parse(stdout);
  }

  /** What became of a generation; it shows within two seconds of its end. */
  async explain(generation: string): Promise<Explained> {
    const limit = performance.now() + explainMs;
    for (;;) {
      try {
        return (await this.command('explain', generation)) as unknown as Explained;
      } catch (thrown) {
        if (performance.now() > limit) throw thrown;
        await sleep(100);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child;
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await Promise.race([gone, sleep(stopMs, undefined, { ref: false })]);
      child.kill('SIGKILL');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #untilReady(json: boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = (why: string) => reject(new Error(`Fairlead ${why}: ${this.logged.join('\n').slice(-1000)}`));
    const timer = setTimeout(() => fail('did not get ready'), startMs);
    const { stdout, stderr } = this.#child;
    stdout?.setEncoding('utf8').on('data', (part: string) => {
      this.#said.push(part);
      if (json ? this.printed.length > 1 : this.printed.some((line) => line.startsWith('curl '))) resolve();
    });
    // Kept reading, so that a full pipe cannot stop it.
    stderr?.setEncoding('utf8').on('data', (part: string) => {
      this.#logged.push(part);
      if (this.#logged.length > loggedMax) this.#logged.shift();
    });
    this.#child.once('error', (error) => fail(error.message));
    this.#child.once('exit', (code) => fail(`ended with ${code}`));
    await promise.finally(() => clearTimeout(timer));
    if (json) {
      const ready = JSON.parse(this.printed[0] ?? '');
      this.#url = ready.url;
      this.#key = ready.key;
    } else {
      this.#url = /^Fairlead (\S+)$/m.exec(this.#said.join(''))?.[1] ?? '';
      this.#key = /^Key (\S+)$/m.exec(this.#said.join(''))?.[1] ?? '';
    }
  }
}
