import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's own folder. */
export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export type Failure = { readonly where: string; readonly name: string; readonly error: string };

export type RunResult = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  readonly failures: readonly Failure[];
};

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/**
 * `--json FILE` is ours; every other `--name value` becomes FAIRLEAD_TEST_NAME for the tests; what is left are words
 * that choose files.
 */
export function readArguments(given: readonly string[]): {
  readonly jsonFile: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly words: readonly string[];
} {
  const environment: Record<string, string> = {};
  const words: string[] = [];
  for (let at = 0; at < given.length; at += 1) {
    const [, name, value] = /^--([a-z][\w-]*)(?:=(.*))?$/.exec(given[at] ?? '') ?? [];
    if (name === undefined) {
      words.push(given[at] ?? '');
      continue;
    }
    const next = given[at + 1];
    const takesNext = value === undefined && next !== undefined && !next.startsWith('--');
    if (takesNext) at += 1;
    environment[variableOf(name)] = value ?? (takesNext ? next : '1');
  }
  const { FAIRLEAD_TEST_JSON: jsonFile, ...others } = environment;
  return { jsonFile, environment: others, words };
}

function variableOf(option: string): string {
  return `FAIRLEAD_TEST_${option.toUpperCase().replaceAll('-', '_')}`;
}

/** Prints the closing line, writes the JSON file that was asked for, and sets the exit code. */
export function conclude(result: RunResult, jsonFile: string | undefined): void {
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(result, undefined, 2)}\n`);
  const skipped = result.skipped > 0 ? `, ${result.skipped} skipped` : '';
  say(`${result.passed} passed, ${result.failed} failed${skipped}`);
  process.exitCode = result.failed === 0 && result.passed > 0 ? 0 : 1;
}

export function secondsSince(start: number): number {
  return Math.round((performance.now() - start) / 100) / 10;
}

/** What a run needs to find our own Node and nothing of the shell that it was started from. */
export function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !setsUpFairlead.test(name));
  const path = `${join(repository, 'node_modules/.bin')}:${process.env.PATH ?? ''}`;
  return { ...(Object.fromEntries(kept) as Record<string, string>), PATH: path };
}

const setsUpFairlead =
  /^(PORT|HOST|FAIRLEAD_(?!TEST_).*|DATABASE_URL(_FILE)?|TRUSTED_PROXIES|LOG_LEVEL|OTEL_.*|(OPENAI|ANTHROPIC|GEMINI|OPENROUTER)_API_KEY(_FILE)?)$/;
