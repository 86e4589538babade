import { printJson } from '../print.ts';
import { nameOf } from './cells.ts';
import type { Result } from './play.ts';

type Report = {
  readonly results: readonly Result[];
  readonly seconds: number;
  /** Records were judged, too. */
  readonly isKept: boolean;
  readonly isJson: boolean;
};

/** A line for each mode, then what failed; the last line is `N passed, N failed`. Gives the exit code. */
export function writeReport({ results, seconds, isKept, isJson }: Report): number {
  const failures = results.filter(({ problem }) => problem !== undefined);
  const passed = results.length - failures.length;
  if (isJson) {
    printJson({
      ...{ passed, failed: failures.length, seconds: Math.round(seconds), records_judged: isKept },
      cells: results.map((result) => ({ name: nameOf(result.cell), passed: result.problem === undefined })),
      failures: failures.map(({ cell, problem }) => ({ name: nameOf(cell), problem: sentenceOf(problem) })),
    });
    return failures.length === 0 ? 0 : 1;
  }
  const say = (line: string) => process.stdout.write(`${line}\n`);
  for (const line of tableOf(results)) say(line);
  for (const { cell, problem } of failures) say(`✖ ${nameOf(cell)}\n  ${sentenceOf(problem)}`);
  if (!isKept) say('The records of this Fairlead are out of reach from here: its replies alone were judged.');
  say(`${results.length} cells in ${seconds.toFixed(1)} s`);
  say(`${passed} passed, ${failures.length} failed`);
  return failures.length === 0 ? 0 : 1;
}

function tableOf(results: readonly Result[]): readonly string[] {
  const modes = [...new Set(results.map(({ cell }) => cell.expected.mode))];
  const width = Math.max(...modes.map((mode) => mode.length), 'fault'.length);
  const row = (mode: string, cells: string, passed: string, failed: string) =>
    `${mode.padEnd(width)}  ${cells.padStart(5)}  ${passed.padStart(6)}  ${failed.padStart(6)}`;
  const rows = modes.map((mode) => {
    const all = results.filter(({ cell }) => cell.expected.mode === mode);
    const failed = all.filter(({ problem }) => problem !== undefined).length;
    return row(mode, String(all.length), String(all.length - failed), String(failed));
  });
  return [row('fault', 'cells', 'passed', 'failed'), ...rows];
}

function sentenceOf(problem: unknown): string {
  const text = problem instanceof Error ? problem.message : String(problem);
  return text.replace(/\s+/g, ' ').trim().slice(0, 500);
}
