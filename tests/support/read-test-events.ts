import { join, relative } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { cleanEnvironment, type Failure, type RunResult, repository, say, secondsSince } from './run-result.ts';

export type TestRun = {
  /** From the repository's root. */
  readonly files: readonly string[];
  readonly concurrency: number;
  readonly testLimitMs: number;
  readonly limitMs: number;
  readonly verbose: boolean;
  readonly environment: Readonly<Record<string, string>>;
};

type FileState = { passed: number; failed: number; skipped: number; output: string; done: boolean };

const tooLong = 'It had not ended when the time limit of the run passed. Did it leave a socket or a timer open?';

/** Of a file's output the end is kept: that is where the cause stands. */
const outputCharsMax = 16_000;

/** Runs test files, each in a process of its own, and counts what their events say. One line per file is printed. */
export async function readTestEvents(asked: TestRun): Promise<RunResult> {
  const start = performance.now();
  const failures: Failure[] = [];
  const states = new Map<string, FileState>();
  const stateOf = (path: string | undefined): FileState => {
    const file = relative(repository, path ?? '');
    const state = states.get(file) ?? { passed: 0, failed: 0, skipped: 0, output: '', done: false };
    states.set(file, state);
    return state;
  };
  for (const file of asked.files) stateOf(join(repository, file));
  const fail = (path: string | undefined, name: string, error: string): void => {
    stateOf(path).failed += 1;
    failures.push({ where: relative(repository, path ?? ''), name, error });
  };
  const finish = (path: string, durationMs: number): void => {
    const state = stateOf(path);
    if (state.done) return;
    state.done = true;
    if (state.passed + state.failed + state.skipped === 0) fail(path, 'the file', 'It holds no test.');
    report(relative(repository, path), state, durationMs, asked.verbose);
  };

  const limit = AbortSignal.timeout(asked.limitMs);
  const events = run({
    files: asked.files.map((file) => join(repository, file)),
    cwd: repository,
    concurrency: asked.concurrency,
    timeout: asked.testLimitMs,
    signal: limit,
    env: { ...cleanEnvironment(), ...asked.environment },
  });

  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') {
      const state = stateOf(data.file);
      state.output = (state.output + data.message).slice(-outputCharsMax);
    } else if (type === 'test:pass' || type === 'test:fail') {
      const path = entryOf(data);
      // A file without tests of its own is reported as one test that bears its name.
      const isFile = data.nesting === 0 && data.name === path;
      const failure = type === 'test:fail' ? failureOf(data.details.error) : undefined;
      if (data.skip !== undefined || data.todo !== undefined) stateOf(path).skipped += 1;
      else if (failure && isFile) fail(path, 'the file', `${failure.text}\n${stateOf(path).output}`.trim());
      else if (failure && !failure.byParts) fail(path, data.name, failure.text);
      else if (!failure && !isFile && !isSuite(data)) stateOf(path).passed += 1;
      if (isFile) finish(path, data.details.duration_ms);
    } else if (type === 'test:summary' && data.file) finish(data.file, data.duration_ms);
  }

  for (const [file, state] of states) {
    if (state.done || !asked.files.includes(file)) continue;
    fail(join(repository, file), 'the file', limit.aborted ? tooLong : 'It did not end.');
    report(file, state, asked.limitMs, asked.verbose);
  }
  const sum = (count: 'passed' | 'failed' | 'skipped') =>
    [...states.values()].reduce((total, state) => total + state[count], 0);
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    seconds: secondsSince(start),
    failures,
  };
}

function entryOf(data: { readonly file?: string | undefined; readonly name: string }): string {
  const { entryFile } = data as { entryFile?: string };
  return entryFile ?? data.file ?? data.name;
}

function isSuite(data: { readonly details: { readonly type?: string | undefined } }): boolean {
  return data.details.type === 'suite';
}

/** The cause that a test threw, without the runner's own wrapping; `byParts` when only a test inside it failed. */
function failureOf(error: Error & { failureType?: string }): { text: string; byParts: boolean } {
  const { cause, failureType } = error;
  const byParts = failureType === 'subtestsFailed';
  if (failureType === 'testAborted') return { text: tooLong, byParts };
  if (cause instanceof Error) return { text: shorten(cause.stack ?? cause.message), byParts };
  return { text: shorten(typeof cause === 'string' ? cause : inspect(cause ?? error.message)), byParts };
}

/** Without the frames of Node itself. */
function shorten(text: string): string {
  const lines = text.split('\n').filter((line) => !/^\s+at .*\(?node:/.test(line));
  return lines.slice(0, 60).join('\n').trimEnd();
}

function report(file: string, state: FileState, durationMs: number, verbose: boolean): void {
  const skipped = state.skipped > 0 ? `, ${state.skipped} skipped` : '';
  const failed = state.failed > 0 ? `, ${state.failed} failed` : '';
  say(
    `${state.failed > 0 ? '✖' : '✔'} ${file}: ${state.passed} passed${failed}${skipped} (${(durationMs / 1000).toFixed(1)} s)`,
  );
  if ((verbose || state.failed > 0) && state.output.trim() !== '') say(state.output.trimEnd().replace(/^/gm, '  │ '));
}
