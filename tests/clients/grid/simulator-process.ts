// The simulator alone, as `bin/fairlead simulate` starts it, and the lines that it writes about what it served.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment, repository } from '../../support/run-result.ts';

export type ServedLine = {
  readonly model: string;
  readonly protocol: string;
  readonly stream: boolean;
  readonly status: number;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly ended: 'completed' | 'aborted' | 'fault';
};

const startMs = 10_000;
const lineMs = 4_000;

export class SimulatorProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), 'fairlead-simulator-'));
  #url = '';

  static async start(): Promise<SimulatorProcess> {
    const simulator = new SimulatorProcess();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error('the simulator did not start')), startMs);
    simulator.#child.once('exit', (code) => reject(new Error(`the simulator ended with ${code}`)));
    simulator.#child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      simulator.#url ||= /^Simulator (\S+)\/v1$/m.exec(part)?.[1] ?? '';
      if (simulator.#url !== '') resolve();
    });
    await promise.finally(() => clearTimeout(timer));
    return simulator;
  }

  private constructor() {
    const program = [join(repository, 'bin', 'fairlead'), 'simulate', '--port', '0', '--log', this.#logFile];
    this.#child = spawn(join(repository, 'node_modules', '.bin', 'node'), program, {
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  /** Its origin, without a path. */
  get url(): string {
    return this.#url;
  }

  get #logFile(): string {
    return join(this.#folder, 'served.jsonl');
  }

  /** The last line that fits; it is written when the answer is over, which may be a moment later. */
  async served(what: string, fits: (line: ServedLine) => boolean): Promise<ServedLine> {
    const limit = performance.now() + lineMs;
    for (;;) {
      const found = this.#lines().findLast(fits);
      if (found !== undefined) return found;
      if (performance.now() > limit) return assert.fail(`the simulator wrote no line of ${what}`);
      await sleep(50);
    }
  }

  #lines(): ServedLine[] {
    const text = readFileSync(this.#logFile, 'utf8');
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) {
      const gone = new Promise((resolve) => this.#child.once('exit', resolve));
      this.#child.kill('SIGTERM');
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
