// Every process of the bench is started here and ended here, by its own id, on every way out.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processTree } from './cpu.ts';

// Long enough for a gateway to finish what it has open and write its books.
const endLimitMs = 15_000;

export type Command = {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly core?: number;
  // Undefined takes a variable away from what the child inherits.
  readonly env?: Readonly<Record<string, string | undefined>>;
};

export type Started = {
  readonly pid: number;
  readonly firstLine: () => Promise<string>;
  readonly end: () => Promise<void>;
};

export type Finished = { readonly status: number | null; readonly stdout: string; readonly complaint: string };

export class Processes implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));
  readonly #canPin: boolean;
  readonly #living = new Set<ChildProcess>();
  #logs = 0;

  constructor(canPin: boolean) {
    this.#canPin = canPin;
  }

  // A server: it runs until it is ended.
  start(command: Command): Started {
    const log = this.#nextLog(command.name);
    const child = this.#spawn(command, log);
    return {
      pid: child.pid ?? 0,
      firstLine: () => firstLineOf(child, log),
      end: () => this.#end(child),
    };
  }

  // A tool: it ends by itself, or is ended when its time is over.
  async finish(command: Command, limitMs: number): Promise<Finished> {
    const log = this.#nextLog(command.name);
    const child = this.#spawn(command, log);
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      stdout += part;
    });
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
    const status = await new Promise<number | null>((resolve) => {
      child.on('close', resolve);
      child.on('error', () => resolve(null));
    });
    clearTimeout(limit);
    return { status, stdout, complaint: lastLineOf(log) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#living].map((child) => this.#end(child)));
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn(command: Command, log: string): ChildProcess {
    const pinned = this.#canPin && command.core !== undefined;
    const [file, ...args] = pinned
      ? ['taskset', '-c', String(command.core), command.file, ...command.args]
      : [command.file, ...command.args];
    const output = openSync(log, 'w');
    const child = spawn(file ?? '', args, {
      cwd: this.folder,
      env: { ...process.env, ...command.env },
      stdio: ['pipe', 'pipe', output],
    });
    closeSync(output);
    child.on('error', () => this.#living.delete(child));
    child.on('exit', () => this.#living.delete(child));
    this.#living.add(child);
    return child;
  }

  async #end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const tree = processTree(child.pid);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await Promise.race([gone, sleep(endLimitMs, undefined, { ref: false })]);
    for (const pid of tree) killIfAlive(pid);
    await gone;
  }

  #nextLog(name: string): string {
    this.#logs++;
    return join(this.folder, `${String(this.#logs).padStart(3, '0')}-${name}.log`);
  }
}

function firstLineOf(child: ChildProcess, log: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let isOver = false; // What happens to the child later is no answer to this question.
  const fail = (why: string) => {
    if (isOver) return;
    const complaint = lastLineOf(log);
    reject(new Error(complaint === '' ? why : `${why}: ${complaint}`));
  };
  let text = '';
  const limit = setTimeout(() => fail('said nothing within 20 s'), 20_000);
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    const end = text.indexOf('\n');
    if (end !== -1) resolve(text.slice(0, end));
  });
  child.on('error', (error) => fail(error.message));
  child.on('exit', (status, signal) => fail(`ended with ${signal ?? `status ${status}`}`));
  return promise.finally(() => {
    clearTimeout(limit);
    isOver = true;
  });
}

// The last line of an error report that says something: Node ends its reports with its version.
function lastLineOf(log: string): string {
  const lines = readFileSync(log, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) => line !== '' && !line.startsWith('Node.js v') && !line.startsWith('at ') && !/^[{}^]+$/.test(line),
    );
  return (lines.findLast((line) => /error|cannot|must|refused|failed/i.test(line)) ?? lines.at(-1) ?? '').slice(0, 300);
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already, which is what was asked for.
  }
}
