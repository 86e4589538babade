import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dialects } from './oracle/summary.ts';
import type { Failed, Report } from './report.ts';

export function renderTables(report: Report): string {
  const blocks: string[] = [];
  for (const [table, rows] of report.tables) {
    const lines = [['', 'passed', 'failed', 'excepted']];
    for (const [pair, { passed, failed, excepted }] of rows) {
      lines.push([pair, String(passed), String(failed), String(excepted)]);
    }
    blocks.push(`${table}\n${align(lines)}`);
  }
  return `${blocks.join('\n\n')}\n`;
}

/** What was named as lost, and how often: a table of its own, for a loss is not a failure. */
export function renderLosses(report: Report): string {
  const lines = [...report.losses].flatMap(([pair, words]) => {
    const sorted = [...words].sort(([, one], [, other]) => other - one);
    return sorted.length === 0 ? [] : [[pair, sorted.map(([word, times]) => `${word} ${times}`).join(', ')]];
  });
  return lines.length === 0 ? '' : `named losses of requests\n${align(lines)}\n`;
}

export function renderExceptions(report: Report): string {
  return [...report.used]
    .map(([{ table, path, reason }, ids]) => `except ${ids.size} in "${table}" at ${path}: ${reason}`)
    .join('\n');
}

type Group = { readonly key: string; readonly failures: Failed[] };

/** Failures by pair, table and place, the most frequent first. */
function groupFailures(failed: readonly Failed[]): Group[] {
  const groups = new Map<string, Failed[]>();
  for (const failure of failed) {
    const key = `${failure.pair} | ${failure.table} | ${failure.path}`;
    const found = groups.get(key);
    if (found) found.push(failure);
    else groups.set(key, [failure]);
  }
  return [...groups]
    .map(([key, failures]) => ({ key, failures }))
    .sort((one, other) => other.failures.length - one.failures.length);
}

export function renderFailures(report: Report, most: number): string {
  const groups = groupFailures(report.failed);
  const shown = groups.slice(0, most).map(({ key, failures }) => {
    const ids = failures.map(({ id }) => id);
    const told = ids.slice(0, 4).join(' ') + (ids.length > 4 ? ' …' : '');
    const details = [...new Set(failures.map(({ detail }) => detail))].slice(0, 3);
    return `${failures.length} × ${key}\n    ${details.join('\n    ')}\n    ${told}`;
  });
  const more = groups.length > shown.length ? [`… and ${groups.length - shown.length} more groups (--verbose)`] : [];
  return [...shown, ...more].join('\n');
}

/** One file for each protocol, with the groups that concern it. */
export function writeByProtocol(report: Report, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const dialect of dialects) {
    const failed = report.failed.filter(({ pair }) => pair.split(' → ').includes(dialect));
    const lines = groupFailures(failed).map(({ key, failures }) => {
      const ids = failures.slice(0, 6).map(({ id, detail }) => `    ${id}: ${detail}`);
      return `${failures.length} × ${key}\n${ids.join('\n')}`;
    });
    writeFileSync(join(folder, `${dialect}.txt`), `${failed.length} failed\n\n${lines.join('\n')}\n`);
  }
}

function align(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) => `  ${line.map((each, column) => each.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
