// Official client programs, unchanged, against a real Fairlead: `node tests/clients/run.ts [table] [grid] [--json FILE]`.
// The table is what the openai package does, the grid is every SDK at every upstream dialect; without a word, both run.
// The grid is narrowed by --sdk, --upstream and --feature with a part of a name, and by --direct goes past Fairlead;
// --report FILE writes each failure of it with its bytes.
// Needs `npm ci --prefix tests/clients`. The last line is `N passed, N failed`.
import { setTimeout as sleep } from 'node:timers/promises';
import { conclude, type Failure, readArguments, say, secondsSince } from '../support/run-result.ts';
import { Fairlead } from './fairlead.ts';
import { answers } from './features/answers.ts';
import { headers } from './features/headers.ts';
import { leaving } from './features/leaving.ts';
import { refusals } from './features/refusals.ts';
import { streams } from './features/streams.ts';
import { tools } from './features/tools.ts';
import { troubles } from './features/troubles.ts';
import { accountChecks } from './grid/account-calls.ts';
import { analyticsChecks } from './grid/analytics-calls.ts';
import { configFor, sandboxColumn, upstreamColumns } from './grid/columns.ts';
import { checkOtherSurfaces, renderOthers } from './grid/other-surfaces.ts';
import { renderGrid, renderSkipped } from './grid/render-grid.ts';
import { runGrid } from './grid/run-grid.ts';
import { SimulatorProcess } from './grid/simulator-process.ts';
import { causeOf, writeReport } from './grid/write-report.ts';
import { plainFeatures } from './plain.ts';
import { sdks } from './sdk.ts';
import { type Cell, type Row, renderTable } from './table.ts';

const features = [...answers, ...streams, ...tools, ...headers, ...leaving, ...refusals, ...troubles];
const featureMs = 20_000;

/** What a start without configuration offers, with waits that a test can wait for. */
const hastyConfig = `
deadlines: { heartbeat_ms: 250, first_content_ms: 1000, whole_ms: 1000, stall_ms: 900, connect_ms: 500 }
upstreams:
  closed:
    provider: closed
    protocols: [openai-chat]
    base_url: http://127.0.0.1:9/v1
    data: { trains: false }
    models: { model: { as: closed/model, price: free } }
`;

const startedAt = performance.now();
const { jsonFile, environment, words } = readArguments(process.argv.slice(2));
const failures: Failure[] = [];
let passed = 0;
let failed = 0;

if (words.length === 0 || words.includes('table')) await runTable();
if (words.length === 0 || words.includes('grid')) await showGrid();
conclude({ passed, failed, skipped: 0, seconds: secondsSince(startedAt), failures }, jsonFile);

async function runTable(): Promise<void> {
  await using server = await Fairlead.start({ json: true });
  await using hasty = await Fairlead.start({ json: true, config: hastyConfig });
  // Each request sets its worst case aside, so a dollar does not go far when many run at once.
  await Promise.all([server, hasty].map((each) => each.command('wallet', 'credit', '--usd', '50.00')));

  const rows: Row[] = [];
  for (const { name, run } of features) {
    const cells = await Promise.all(sdks.map((sdk) => attempt(name, sdk.name, () => run({ sdk, server, hasty }))));
    rows.push({ name, cells });
  }
  const plainRows: Row[] = [];
  for (const { name, run } of plainFeatures) {
    plainRows.push({ name, cells: [await attempt(name, 'plain', () => run(server))] });
  }

  for (const { name, where, error } of failures) say(`\n── ${name}, ${where} ──\n${error}`);
  const names = sdks.map(({ name }) => name);
  say(`\n${renderTable(names, rows)}\n\n${renderTable(['without an SDK'], plainRows)}\n`);
  for (const { error } of [...rows, ...plainRows].flatMap((row) => row.cells)) {
    if (error === undefined) passed += 1;
    else failed += 1;
  }
}

async function showGrid(): Promise<void> {
  const grid = await runGrid({
    sdk: environment.FAIRLEAD_TEST_SDK,
    upstream: environment.FAIRLEAD_TEST_UPSTREAM,
    feature: environment.FAIRLEAD_TEST_FEATURE,
    direct: environment.FAIRLEAD_TEST_DIRECT !== undefined,
  });
  for (const cell of grid.rows.flatMap(({ cells }) => cells)) {
    passed += cell.passed;
    failed += cell.failures.length;
    for (const failure of cell.failures) {
      say(`✖ ${failure.where}: ${failure.feature}: ${causeOf(failure)}`);
      failures.push({ name: failure.name, where: failure.where, error: failure.error });
    }
  }
  if (environment.FAIRLEAD_TEST_REPORT !== undefined) writeReport(environment.FAIRLEAD_TEST_REPORT, grid);
  say(`\n${renderGrid(grid)}\n\n${renderSkipped(grid).join('\n')}\n`);
  if (environment.FAIRLEAD_TEST_DIRECT !== undefined) return;
  await showOthers();
  await showAccounts();
}

/** What is no chat, at the same upstreams. */
async function showOthers(): Promise<void> {
  await using simulator = await SimulatorProcess.start();
  await using fairlead = await Fairlead.start({ json: true, config: configFor(simulator.url) });
  await fairlead.command('wallet', 'credit', '--usd', '900.00');
  const columns = [sandboxColumn, ...upstreamColumns].filter(({ name }) =>
    name.includes(environment.FAIRLEAD_TEST_UPSTREAM ?? ''),
  );
  const others = await checkOtherSurfaces(fairlead, columns);
  for (const { row, column, error } of others.cells) {
    if (error === undefined) passed += 1;
    else {
      failed += 1;
      failures.push({ name: row, where: column, error });
      say(`✖ ${row} → ${column}: ${error}`);
    }
  }
  say(`${renderOthers(others)}\n`);
}

/** What OpenRouter's SDK asks about keys, money and models, and what Umami's sends: no upstream is asked. */
async function showAccounts(): Promise<void> {
  await using fairlead = await Fairlead.start({ json: true });
  const { key: managementKey = '' } = await fairlead.command('key', 'create', '--management');
  const views = async () =>
    (await fairlead.command('analytics', 'show')) as unknown as readonly { path: string; views: number }[];
  const checks = [
    ...accountChecks({ url: fairlead.url, key: fairlead.key, managementKey }),
    ...analyticsChecks(fairlead.url, views),
  ];
  for (const [name, run] of checks) {
    const { error } = await attempt(name, 'account', run);
    if (error === undefined) passed += 1;
    else failed += 1;
    say(`${error === undefined ? '✔' : '✖'} ${name}${error === undefined ? '' : `: ${error}`}`);
  }
}

async function attempt(name: string, where: string, run: () => Promise<void>): Promise<Cell> {
  const began = performance.now();
  const ended = new AbortController();
  const late = sleep(featureMs, undefined, { signal: ended.signal, ref: false }).then(() => {
    throw new Error(`not done within ${featureMs} ms`);
  });
  late.catch(() => {});
  const error = await Promise.race([run(), late]).then(
    () => undefined,
    (thrown: unknown) => (thrown instanceof Error ? `${thrown.stack}` : String(thrown)),
  );
  ended.abort();
  if (error !== undefined) failures.push({ name, where, error });
  return { ms: performance.now() - began, error };
}
