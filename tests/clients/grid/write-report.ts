// What failed, grouped by cause, each with the smallest exchange that shows it.
import { writeFileSync } from 'node:fs';
import { errorOf } from './cell.ts';
import { type Exchange, textOf } from './recorder.ts';
import type { Grid, GridFailure } from './run-grid.ts';

const shownMax = 8_000;

export function writeReport(file: string, grid: Grid): void {
  const failures = grid.rows.flatMap(({ cells }) => cells.flatMap((cell) => cell.failures));
  const causes = Map.groupBy(failures, causeOf);
  const byNumber = [...causes].sort(([, first], [, second]) => second.length - first.length);
  const parts = byNumber.map(([cause, same], index) => showCause(`${index + 1}. ${cause}`, same));
  const title = `# ${failures.length} failures, ${causes.size} causes, ${new Date().toISOString()}`;
  writeFileSync(file, `${[title, ...parts].join('\n\n')}\n`);
}

/** The first thing that went wrong: what broke inside, else a refusal on the wire, else what the test says. */
export function causeOf({ asked, sent, error, feature, logged, row, column }: GridFailure): string {
  const isMeant = feature.startsWith('40');
  const upstream = sent.find(({ status }) => status >= 400 && !feature.startsWith('a second'));
  const front = isMeant ? undefined : asked.find(({ status }) => status >= 400);
  const broken = logged.find((line) => line.includes('"level":50'));
  if (broken !== undefined) return plain(`inside Fairlead: ${broken}`);
  if (upstream !== undefined && !isMeant) return plain(`upstream ${column.dialect} refuses: ${errorOf(upstream)}`);
  if (front !== undefined) return plain(`Fairlead refuses: ${errorOf(front)}`);
  const [says = ''] = error.split('\n    at ');
  // What the SDK itself threw is the same cause whatever it was doing.
  if (!says.startsWith('AssertionError')) return plain(`${row.name} throws ${says}`);
  return plain(`${row.dialect} → ${column.dialect ?? column.name}, ${feature}: ${says}`);
}

/** Without what differs from run to run. */
function plain(text: string): string {
  return text
    .replace(/gen-[0-9A-Za-z]{26}/g, 'gen-…')
    .replace(/quay\d+/g, 'quayN')
    .replace(/ \(\w+\)$/, '')
    .replace(/[0-9A-Za-z_-]{24,}/g, '…')
    .replace(/\d{2,}/g, 'N')
    .replace(/\s+/g, ' ')
    .slice(0, 240);
}

function showCause(title: string, failures: readonly GridFailure[]): string {
  const smallest = failures.toSorted((first, second) => sizeOf(first) - sizeOf(second))[0];
  const cells = failures.map(({ where, feature }) => `- ${where}: ${feature}`);
  const shown = smallest === undefined ? [] : [showFailure(smallest)];
  return [`## ${title}`, `${failures.length} cells`, cells.join('\n'), ...shown].join('\n\n');
}

function showFailure({ where, feature, error, asked, sent, logged }: GridFailure): string {
  const exchanges = [
    ...asked.map((exchange) => showExchange('SDK → Fairlead', exchange)),
    ...sent.map((exchange) => showExchange('Fairlead → upstream', exchange)),
  ];
  const fence = '```';
  if (logged.length > 0) exchanges.push(`Fairlead's log:\n${fence}\n${shorten(logged.join('\n'))}\n${fence}`);
  return `### ${where}: ${feature}\n\n${fence}\n${error.slice(0, 1200)}\n${fence}\n\n${exchanges.join('\n\n')}`;
}

function showExchange(between: string, { method, path, request, status, reply, headers, ended }: Exchange): string {
  const dropped = Object.entries(headers).filter(([name]) => /^x-(fairlead|generation|should)/.test(name));
  const notes = dropped.map(([name, value]) => `${name}: ${value}`).join('\n');
  const fence = '```';
  return [
    `${between}: ${method} ${path} → ${status}, ${ended}`,
    `${fence}\n${shorten(textOf(request))}\n${fence}`,
    `${fence}\n${notes === '' ? '' : `${notes}\n\n`}${shorten(textOf(reply))}\n${fence}`,
  ].join('\n');
}

function shorten(text: string): string {
  return text.length <= shownMax ? text : `${text.slice(0, shownMax)} … (${text.length} characters)`;
}

function sizeOf({ asked }: GridFailure): number {
  return asked.reduce((sum, { request, reply }) => sum + request.length + reply.length, 0);
}
