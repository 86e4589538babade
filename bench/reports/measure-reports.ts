// Reports over ten million generations: how long each takes, and what they do to the gateway. On SQLite and PostgreSQL.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { connectKeeper } from '../../src/cli/keeper-client.ts';
import { socketPaths } from '../../src/keeper/interface/socket-paths.ts';
import { type Cluster, postgresPrograms, startCluster } from '../../tests/support/postgres-cluster.ts';
import type { Processes, Started } from '../processes.ts';
import { type BesideFigures, measureBeside, sayBeside } from './beside.ts';
import { fillStatements, shapeSays } from './fill.ts';

export type ReportFigures = {
  readonly engine: 'sqlite' | 'postgres';
  readonly generations: number;
  readonly fillSeconds: number;
  readonly rebuildSeconds: number;
  readonly sums: number;
  readonly reports: readonly {
    readonly name: string;
    readonly medianMs: number;
    readonly worstMs: number;
    readonly rows: number;
  }[];
  readonly beside: BesideFigures;
};

type Asker = (name: string, args: object) => Promise<unknown>;

const program = resolve(import.meta.dirname, '..', '..', 'bin', 'fairlead');
const probe = pathToFileURL(join(import.meta.dirname, 'event-loop-probe.ts')).href;
const times = 7;

export async function measureReports(processes: Processes, generations: number, say: (line: string) => void) {
  const figures: ReportFigures[] = [];
  // Told at once: the second engine takes as long again, and may be broken off.
  const measure = async (engine: ReportFigures['engine']) => {
    const found = await onEngine(processes, { engine, generations, say });
    figures.push(found);
    say(sayFigures(found));
  };
  await measure('sqlite');
  if (postgresPrograms() === undefined) say('PostgreSQL is not installed: not measured.');
  else await measure('postgres');
  return figures;
}

type Run = {
  readonly engine: ReportFigures['engine'];
  readonly generations: number;
  readonly say: (line: string) => void;
};

async function onEngine(processes: Processes, { engine, generations, say }: Run): Promise<ReportFigures> {
  const cluster = engine === 'postgres' ? await startCluster({ settings: { shared_buffers: '256MB' } }) : undefined;
  try {
    const url = await cluster?.createDatabase();
    const data = join(processes.folder, `reports-${engine}`);
    writeFileSync(join(processes.folder, 'reports.yaml'), '{}\n');
    const place = { processes, data, url };
    const first = await start(place);
    const { workspace } = await withKeeper(data, processes.folder, workspaceOf);
    await first.started.end();
    say(`${engine}: making ${generations} generations`);
    const filling = performance.now();
    await fill({ generations, workspace }, data, cluster, url);
    const fillSeconds = secondsSince(filling);
    const second = await start(place);
    return await withKeeper(data, processes.folder, async (ask) => {
      say(`${engine}: adding them up`);
      const rebuilding = performance.now();
      const { ok, sums } = (await ask('usage-rebuild', {})) as { ok: boolean; sums: number };
      if (!ok) throw new Error('the sums are not what the records add up to');
      const rebuildSeconds = secondsSince(rebuilding);
      const reports = await timeReports(ask, workspace);
      say(`${engine}: beside the gateway`);
      const report = async () => void (await ask('usage', { by: 'day,model' }));
      const beside = await measureBeside({ ...second, pid: second.started.pid, key: first.key }, report);
      await second.started.end();
      return { engine, generations, fillSeconds, rebuildSeconds, sums, reports, beside };
    });
  } finally {
    await cluster?.remove();
  }
}

type Place = { readonly processes: Processes; readonly data: string; readonly url: string | undefined };
type Running = { readonly started: Started; readonly url: string; readonly key: string; readonly loop: string };

async function start({ processes, data, url }: Place): Promise<Running> {
  const loop = join(processes.folder, `loop-${performance.now()}`);
  writeFileSync(loop, '');
  const started = processes.start({
    name: 'fairlead',
    file: process.execPath,
    args: [program, 'start', '--json'],
    env: {
      ...{ PORT: '0', HOST: '127.0.0.1', FAIRLEAD_DATA: data, FAIRLEAD_CONFIG: join(processes.folder, 'reports.yaml') },
      ...{ DATABASE_URL: url, TMPDIR: processes.folder, FAIRLEAD_BENCH_LOOP: loop, NODE_OPTIONS: `--import=${probe}` },
    },
  });
  // What `start --json` prints.
  const said = JSON.parse(await started.firstLine()) as { readonly url: string; readonly key?: string };
  return { started, url: new URL(said.url).origin, key: said.key ?? '', loop };
}

async function withKeeper<Value>(data: string, folder: string, work: (ask: Asker) => Promise<Value>): Promise<Value> {
  const client = await connectKeeper(socketPaths(data, folder).keeper);
  if (!client) throw new Error('the keeper does not accept');
  try {
    return await work((name, args) => client.ask(name, args));
  } finally {
    client.close();
  }
}

async function workspaceOf(ask: Asker): Promise<{ readonly workspace: string }> {
  const [row] = (await ask('workspace-list', {})) as readonly { readonly id: string }[];
  await ask('wallet-credit', { usd: '1000' });
  return { workspace: row?.id ?? '' };
}

async function fill(
  shape: { readonly generations: number; readonly workspace: string },
  data: string,
  cluster: Cluster | undefined,
  url: string | undefined,
): Promise<void> {
  if (cluster && url !== undefined) {
    const database = new URL(url).pathname.slice(1);
    const series = (from: number, to: number) => `select n from generate_series(${from}::bigint, ${to}::bigint) as n`;
    for (const statement of fillStatements(shape, Date.now(), series)) {
      cluster.sql(`set search_path to fairlead; ${statement}`, database);
    }
    cluster.sql('set search_path to fairlead; analyze', database);
    return;
  }
  using db = new DatabaseSync(join(data, 'main.db'));
  db.exec('pragma synchronous = off; pragma cache_size = -200000');
  const series = (from: number, to: number) =>
    `with recursive each (n) as (select ${from} union all select n + 1 from each where n < ${to}) select n from each`;
  for (const statement of fillStatements(shape, Date.now(), series)) db.exec(statement);
  db.exec('pragma wal_checkpoint(truncate)');
}

const asked = [
  { name: 'day,model of a workspace, 30 days', by: 'day,model', of: 'workspace', days: 30 },
  { name: 'day,model of all, 30 days', by: 'day,model', of: 'all', days: 30 },
  { name: 'key of all, 30 days', by: 'key', of: 'all', days: 30 },
  { name: 'endpoint of all, 30 days', by: 'endpoint', of: 'all', days: 30 },
  { name: 'provider of all, 30 days', by: 'provider', of: 'all', days: 30 },
  { name: 'tag of all, 30 days', by: 'tag', of: 'all', days: 30 },
  { name: 'hour of all, 1 day', by: 'hour', of: 'all', days: 1 },
  { name: 'hour of a workspace, 7 days', by: 'hour', of: 'workspace', days: 7 },
  { name: 'model of a workspace, 90 days', by: 'model', of: 'workspace', days: 90 },
  { name: 'model of all, 90 days', by: 'model', of: 'all', days: 90 },
] as const;

function argsOf({ by, of, days }: (typeof asked)[number], workspace: string) {
  const today = Math.floor(Date.now() / 86_400_000) * 86_400_000;
  const from = new Date(today - (days - 1) * 86_400_000).toISOString().slice(0, 10);
  return { by, from, ...(of === 'workspace' ? { workspace } : {}) };
}

async function timeReports(ask: Asker, workspace: string): Promise<ReportFigures['reports']> {
  const figures: ReportFigures['reports'][number][] = [];
  for (const each of asked) {
    figures.push(await timed(each.name, async () => rowsOf(await ask('usage', argsOf(each, workspace)))));
  }
  const page = async (before?: string) => {
    const args = { workspace, limit: '100', ...(before === undefined ? {} : { before }) };
    // What generation-list.ts gives.
    return (await ask('generation-list', args)) as { readonly generations: readonly { readonly id: string }[] };
  };
  figures.push(await timed('first page of Activity', async () => (await page()).generations.length));
  const first = (await page()).generations.at(-1)?.id;
  figures.push(await timed('the page after it', async () => (await page(first)).generations.length));
  return figures;
}

function rowsOf(answer: unknown): number {
  return (answer as readonly unknown[]).length;
}

async function timed(name: string, work: () => Promise<number>): Promise<ReportFigures['reports'][number]> {
  const ms: number[] = [];
  let rows = 0;
  for (let time = 0; time < times; time += 1) {
    const began = performance.now();
    rows = await work();
    ms.push(performance.now() - began);
  }
  return { name, medianMs: median(ms), worstMs: Math.max(...ms), rows };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 1_000);
}

function sayFigures({
  engine,
  generations,
  fillSeconds,
  rebuildSeconds,
  sums,
  reports,
  beside,
}: ReportFigures): string {
  return [
    `## ${engine}: ${generations} generations (${shapeSays}); made in ${fillSeconds} s, added up and checked in ${rebuildSeconds} s: ${sums} sums by the hour`,
    '',
    '| report | median ms | worst ms | rows |',
    '|---|---|---|---|',
    ...reports.map(
      ({ name, medianMs, worstMs, rows }) => `| ${name} | ${medianMs.toFixed(0)} | ${worstMs.toFixed(0)} | ${rows} |`,
    ),
    '',
    sayBeside(beside),
    '',
  ].join('\n');
}
