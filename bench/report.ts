// The figures as plain text: machine, load, tables, then what speaks against us.
import type { CandidateName } from './candidate.ts';
import { cpuSource, threadGroups } from './cpu.ts';
import type { Absent, Figures, Row, ScenarioFigures } from './figures.ts';
import { honestLosses } from './losses.ts';
import { gatewayThread, pairDifference, pairRatio, type Reading, readAll, rowOf, wholeProcess } from './pairs.ts';
import { showSpread, table } from './table.ts';
import { translatedReport } from './translated-report.ts';

export const labels: Readonly<Record<CandidateName, string>> = {
  direct: 'no gateway',
  bare: 'bare relay',
  nginx: 'nginx',
  portkey: 'Portkey',
  fairlead: 'Fairlead',
};

export function report(figures: Figures): string {
  const machine = Object.entries(figures.machine).map(([name, value]) => `${name} ${value}`);
  const pinned = figures.pinned
    ? 'gateways on core 0, upstream and load generator on core 1'
    : 'one core only, nothing pinned: do not compare these figures with others';
  const parts = [
    `Machine: ${machine.join(' · ')}`,
    `Load: keep-alive, plain HTTP, loopback; ${pinned}; ${figures.rounds} interleaved rounds, runs of ${figures.seconds} s; ` +
      `median (min–max); CPU in µs by thread from /proc/*/task/*/${cpuSource}; ${figures.at}, took ${figures.tookSeconds} s`,
    ...figures.scenarios.map((scenario) => scenarioReport(scenario, figures.absent)),
    memoryReport(figures),
    translatedReport(figures.translated),
    planningReport(figures),
    postingReport(figures),
    `Losses and doubts\n${honestLosses(figures)
      .map((line) => `  - ${line}`)
      .join('\n')}`,
  ];
  return `\n${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function planningReport({ planning = [] }: Figures): string {
  if (planning.length === 0) return '';
  const rows = planning.map(({ what, micros }) => [what, micros.toFixed(1)]);
  return `planning: one plan over 500 endpoints, CPU in this process\n${table(['put in order by', 'µs'], rows)}`;
}

function postingReport({ posting = [] }: Figures): string {
  if (posting.length === 0) return '';
  const rows = posting.map(({ batch, read, receipts, posting: all }) => [
    String(batch),
    ...[read, receipts, all].map((micros) => micros.toFixed(1)),
  ]);
  const head = ['generations at once', 'read, µs', 'receipt, µs', 'posted with it, µs'];
  return `posting: the keeper's CPU for each generation, on SQLite, in this process\n${table(head, rows)}`;
}

function scenarioReport(scenario: ScenarioFigures, absent: readonly Absent[]): string {
  const rows = scenario.rows.filter((row) => readAll(row, wholeProcess) !== undefined);
  const gateways = rows.filter((row) => row.name !== 'direct');
  const notes = [
    ...absent.map(({ name, why }) => `${labels[name]} not started: ${why}`),
    ...scenario.rows.flatMap((row) => row.notes.map((note) => `${labels[row.name]}: ${note}`)),
  ];
  return [
    `${scenario.name}: ${scenario.title}`,
    cpuTable(scenario, gateways),
    ...(rows.some((row) => hasMeasure(row, 'p50')) ? [latencyTable(scenario, rows)] : []),
    ...(rows.some((row) => hasMeasure(row, 'delayP50')) ? [delayTable(rows)] : []),
    ownLogic(scenario),
    ...notes.map((note) => `  ${note}`),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function cpuTable(scenario: ScenarioFigures, rows: readonly Row[]): string {
  const bare = rowOf(scenario, 'bare');
  const nginx = rowOf(scenario, 'nginx');
  const head = [`µs/${scenario.unit}`, ...threadGroups, 'sum', '× bare', '× nginx', `${scenario.unit}s/s`, 'core used'];
  const cells = rows.map((row) => [
    labels[row.name],
    ...threadGroups.map((group) => showThread(row, (sample) => sample.cpu[group])),
    showSpread(readAll(row, wholeProcess), 1),
    showSpread(pairRatio(row, bare, wholeProcess), 2),
    showSpread(pairRatio(row, nginx, wholeProcess), 2),
    (readAll(row, (sample) => sample.perSecond)?.median ?? 0).toFixed(0),
    `${(readAll(row, (sample) => (sample.perSecond * sample.sum) / 10_000)?.median ?? 0).toFixed(0)} %`,
  ]);
  return table(head, cells);
}

// Threads that a program does not have show as nothing rather than as an achievement.
function showThread(row: Row, reading: Reading): string {
  const spread = readAll(row, reading);
  return spread === undefined || spread.max === 0 ? '–' : spread.median.toFixed(1);
}

function latencyTable(scenario: ScenarioFigures, rows: readonly Row[]): string {
  const direct = rowOf(scenario, 'direct');
  const cells = rows.map((row) => [
    labels[row.name],
    showSpread(readAll(row, p50), 0),
    showSpread(readAll(row, p99), 0),
    row.name === 'direct' ? '–' : showSpread(pairDifference(row, direct, p50), 0),
    row.name === 'direct' ? '–' : showSpread(pairDifference(row, direct, p99), 0),
  ]);
  return table(['µs from send to whole answer', 'p50', 'p99', 'added p50', 'added p99'], cells);
}

function delayTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    labels[row.name],
    showSpread(
      readAll(row, (sample) => sample.measures.delayP50),
      0,
    ),
    showSpread(
      readAll(row, (sample) => sample.measures.delayP99),
      0,
    ),
    `${(100 * (readAll(row, together)?.median ?? 0)).toFixed(2)} %`,
  ]);
  return table(['µs from upstream to caller, per chunk', 'p50', 'p99', 'came together'], cells);
}

function ownLogic(scenario: ScenarioFigures): string {
  const own = pairDifference(rowOf(scenario, 'fairlead'), rowOf(scenario, 'bare'), gatewayThread);
  if (own === undefined) return '';
  return `  Fairlead's own logic, gateway thread above the bare relay's: ${showSpread(own, 1)} µs/${scenario.unit}`;
}

function memoryReport({ idle, crowd }: Figures): string {
  const lines: string[] = [];
  if (idle !== undefined && 'why' in idle) lines.push(`  idle: not measured: ${idle.why}`);
  else if (idle !== undefined) {
    lines.push(
      `  Fairlead ready after ${idle.firstStartMs.toFixed(0)} ms on an empty data directory, ${idle.laterStartMs.toFixed(0)} ms on an existing one`,
      `  Fairlead idle 5 s after its start: ${idle.idleMegabytes.toFixed(0)} MB resident; 2 s after GET / (status ${idle.visitStatus}): ${idle.afterVisitMegabytes.toFixed(0)} MB`,
    );
  }
  for (const one of crowd ?? []) {
    if ('why' in one) lines.push(`  1,000 streams, ${labels[one.name]}: not measured: ${one.why}`);
    else {
      const grown = one.duringMegabytes - one.beforeMegabytes;
      lines.push(
        `  1,000 streams of 10 chunks/s, ${labels[one.name]}: ${one.beforeMegabytes.toFixed(0)} → ${one.duringMegabytes.toFixed(0)} MB (+${grown.toFixed(0)}), ` +
          `${one.microsPerChunk.toFixed(1)} µs/chunk, delay p50 ${one.delayP50.toFixed(0)} µs, p99 ${one.delayP99.toFixed(0)} µs, ${one.failed} of ${one.streams + one.failed} failed`,
      );
    }
  }
  return lines.length === 0 ? '' : ['Starts and memory', ...lines].join('\n');
}

const p50: Reading = (sample) => sample.measures.p50;
const p99: Reading = (sample) => sample.measures.p99;
const together: Reading = (sample) => sample.measures.together;

function hasMeasure(row: Row, name: 'p50' | 'delayP50'): boolean {
  return row.samples.some((sample) => sample?.measures[name] !== undefined);
}
