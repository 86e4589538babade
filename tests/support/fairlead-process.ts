// Fairlead as its operator starts it: a process of its own, reached over its port and its command line alone.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment, repository } from './run-result.ts';

export type StartOptions = {
  /** Its parent belongs to this Fairlead alone: the file, the sockets and temporary files lie there too. */
  readonly dataDir: string;
  /** The text of `fairlead.yaml`; left out, there is no file. */
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Beside `start --json`. */
  readonly args?: readonly string[];
};

export type FairleadProcess = {
  readonly url: string;
  /** The first start's key; empty at later ones. */
  readonly key: string;
  readonly setupUrl: string | null;
  readonly pid: number;
  /** From the spawn until `/readyz` said yes. */
  readonly readyMs: number;
  stderr(): string;
  /** SIGTERM; gives the exit status. */
  stop(): Promise<number>;
  kill9(): Promise<void>;
  /** Runs `bin/fairlead … --json`. `ledger check` gives its findings also when it exits with 1. */
  cli<Value = Record<string, unknown>>(...args: readonly string[]): Promise<Value>;
};

const program = join(repository, 'bin', 'fairlead');
const startMsMax = 20_000;

/** What was started and has not ended, with the folder it works in. */
const running = new Map<Spawned, string>();

/** A folder of its own. After the test it is gone, and so is every process that was started in it. */
export function freshFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'fl-'));
  t.after(async () => {
    const inside = [...running].filter(([, home]) => home.startsWith(folder));
    await Promise.all(inside.map(([spawned]) => spawned.end('SIGKILL')));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

/**
 * Resolves when it is ready. Whatever becomes of the test's own process, this one does not outlive it; nor does it go on when
 * it was not ready in time, since the data directory would stay its own.
 */
export async function startFairlead(options: StartOptions): Promise<FairleadProcess> {
  const spawned = spawnFairlead(options);
  const { key, setupUrl, url } = await announced(spawned).catch(async (late: unknown) => {
    await spawned.end('SIGKILL');
    throw late;
  });
  return {
    url,
    key,
    setupUrl,
    pid: spawned.pid,
    readyMs: performance.now() - spawned.spawnedAt,
    stderr: spawned.stderr,
    stop: () => spawned.end('SIGTERM'),
    kill9: async () => void (await spawned.end('SIGKILL')),
    cli: (...args) => runCli(options, args),
  };
}

async function announced(spawned: Spawned): Promise<ReturnType<typeof readAnnouncement>> {
  const announcement = readAnnouncement(await spawned.firstLine);
  await untilReady(announcement.url, spawned);
  return announcement;
}

export type Spawned = {
  readonly pid: number;
  readonly spawnedAt: number;
  readonly firstLine: Promise<string>;
  stderr(): string;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number>;
};

/** Not waited for: for who wants to kill it while it starts. */
export function spawnFairlead(options: StartOptions): Spawned {
  mkdirSync(dirname(options.dataDir), { recursive: true });
  if (options.config !== undefined) writeFileSync(configFile(options), options.config);
  return spawnProgram(['start', '--json', ...(options.args ?? [])], environment(options), dirname(options.dataDir));
}

export type SimulatorProcess = { readonly url: string; readonly stop: () => Promise<void> };

/** The scripted provider in a process of its own, so that its log outlives the gateway. `url` is without `/v1`. */
export async function startSimulatorProcess(options: { readonly logFile: string }): Promise<SimulatorProcess> {
  const args = ['simulate', '--port', '0', '--log', options.logFile];
  const spawned = spawnProgram(args, cleanEnvironment(), dirname(options.logFile));
  const line = await spawned.firstLine;
  return {
    url: line.replace(/^Simulator /, '').replace(/\/v1$/, ''),
    stop: async () => void (await spawned.end('SIGTERM')),
  };
}

function spawnProgram(args: readonly string[], env: Record<string, string>, cwd: string): Spawned {
  // With the channel open and this variable set, the launcher's own rule holds: when we die, it dies.
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...env, FAIRLEAD_LAUNCHED: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.channel?.unref();
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)));
  const firstLine = readFirstLine(child, exited, () => stderr);
  // Who kills it while it starts does not wait for the line.
  firstLine.catch(() => {});
  const spawned: Spawned = {
    pid: child.pid ?? -1,
    spawnedAt: performance.now(),
    firstLine,
    stderr: () => stderr,
    end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return exited;
    },
  };
  running.set(spawned, cwd);
  void exited.then(() => running.delete(spawned));
  return spawned;
}

async function readFirstLine(child: ChildProcess, exited: Promise<number>, stderr: () => string): Promise<string> {
  const line = new Promise<string>((resolve) => {
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.includes('\n')) resolve(stdout.slice(0, stdout.indexOf('\n')));
    });
  });
  const ended = exited.then((code) => {
    throw new Error(`it ended with ${code} before it was ready:\n${stderr()}`);
  });
  const late = new AbortController();
  const waited = sleep(startMsMax, undefined, { signal: late.signal }).then(() => {
    throw new Error(`it said nothing for ${startMsMax} ms:\n${stderr()}`);
  });
  waited.catch(() => {});
  return await Promise.race([line, ended, waited]).finally(() => late.abort());
}

function readAnnouncement(line: string): { url: string; key: string; setupUrl: string | null } {
  const { url, key, setup_url } = JSON.parse(line) as { url: string; key: string | null; setup_url: string | null };
  return { url, key: key ?? '', setupUrl: setup_url };
}

async function untilReady(url: string, { stderr }: Spawned): Promise<void> {
  const until = performance.now() + startMsMax;
  while (performance.now() < until) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
    await sleep(10);
  }
  throw new Error(`/readyz never said yes:\n${stderr()}`);
}

function runCli<Value>(options: StartOptions, args: readonly string[]): Promise<Value> {
  const { env, cwd } = { env: environment(options), cwd: dirname(options.dataDir) };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, ...args, '--json'], { env, cwd }, (failure, stdout, stderr) => {
      if (stdout.trim() === '') reject(new Error(`fairlead ${args.join(' ')}: ${stderr}`, { cause: failure }));
      else resolve(JSON.parse(stdout) as Value);
    });
  });
}

function configFile({ dataDir }: StartOptions): string {
  return join(dirname(dataDir), 'fairlead.yaml');
}

function environment(options: StartOptions): Record<string, string> {
  const folder = dirname(options.dataDir);
  return { ...cleanEnvironment(), PORT: '0', FAIRLEAD_DATA: options.dataDir, TMPDIR: folder, ...options.env };
}
