// Every SDK asks every upstream dialect through one Fairlead: rows × columns × features.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure } from '../../support/run-result.ts';
import { Fairlead } from '../fairlead.ts';
import { aiSdkRows } from '../sdks/ai-sdk.ts';
import { anthropicRows } from '../sdks/anthropic.ts';
import { genaiRows } from '../sdks/genai.ts';
import { langchainRows } from '../sdks/langchain.ts';
import { openaiChatRows } from '../sdks/openai-chat.ts';
import { openaiResponsesRows } from '../sdks/openai-responses.ts';
import { openrouterRows } from '../sdks/openrouter.ts';
import type { SdkRow } from '../sdks/sdk-row.ts';
import { Cell, type GridFeature, type Stage } from './cell.ts';
import { type Column, configFor, sandboxColumn, upstreamColumns } from './columns.ts';
import { answers } from './features/answers.ts';
import { tools } from './features/tools.ts';
import { troubles } from './features/troubles.ts';
import type { Exchange } from './recorder.ts';
import { Recorder } from './recorder.ts';
import { SimulatorProcess } from './simulator-process.ts';

const rows: readonly SdkRow[] = [
  ...openaiChatRows,
  ...openaiResponsesRows,
  ...anthropicRows,
  ...genaiRows,
  ...aiSdkRows,
  ...langchainRows,
  ...openrouterRows,
];

const features: readonly GridFeature[] = [...answers, ...tools, ...troubles];
const cellsAtOnce = 6;
const featureMs = 20_000;

export type GridFailure = Failure & {
  readonly row: SdkRow;
  readonly column: Column;
  readonly feature: string;
  /** Between SDK and Fairlead, and between Fairlead and the upstream. */
  readonly asked: readonly Exchange[];
  readonly sent: readonly Exchange[];
  readonly logged: readonly string[];
};

export type GridCell = { readonly passed: number; readonly skipped: number; readonly failures: readonly GridFailure[] };

export type Grid = {
  readonly columns: readonly Column[];
  readonly rows: readonly { readonly row: SdkRow; readonly cells: readonly GridCell[] }[];
  readonly notServed: readonly SdkRow[];
};

/** Narrowed by words in the names, for whoever looks for one fault. */
export type Choice = {
  readonly sdk?: string | undefined;
  readonly upstream?: string | undefined;
  readonly feature?: string | undefined;
  /** Past Fairlead, to the simulator itself: what fails then is not Fairlead's. */
  readonly direct?: boolean;
};

export async function runGrid(choice: Choice): Promise<Grid> {
  process.on('unhandledRejection', forgiveOrThrow);
  await using simulator = await SimulatorProcess.start();
  await using upstream = await Recorder.open(simulator.url);
  if (choice.direct) return await runRows({ simulator, upstream, fairlead: undefined }, choice);
  await using fairlead = await Fairlead.start({ json: true, config: configFor(upstream.url) });
  await fairlead.command('wallet', 'credit', '--usd', '900.00');
  return await runRows({ simulator, upstream, fairlead }, choice);
}

/** Google's older package, which LangChain still uses, reads a stream twice and lets one of the two fail unheard. */
function forgiveOrThrow(reason: unknown): void {
  if (reason instanceof Error && reason.message.endsWith('Error reading from the stream')) return;
  throw reason;
}

async function runRows(stage: Stage, choice: Choice): Promise<Grid> {
  const columns = stage.fairlead === undefined ? [directColumn] : [sandboxColumn, ...upstreamColumns];
  const chosenColumns = columns.filter(({ name }) => has(name, choice.upstream));
  const chosenFeatures = features.filter(({ name }) => has(name, choice.feature));
  const chosenRows = rows.filter(({ name, surface }) => has(`${name} ${surface}`, choice.sdk));
  const served = await Promise.all(chosenRows.map((row) => isServed(row, stage)));
  const running = chosenRows.filter((_, index) => served[index]);

  const results = running.map((): GridCell[] => []);
  const jobs = chosenColumns.flatMap((column, columnNumber) =>
    running.map((row, index) => async () => {
      const at = { row, rowNumber: rows.indexOf(row), column, stage };
      const cell = await runCell(at, chosenFeatures);
      const line = results[index];
      if (line !== undefined) line[columnNumber] = cell;
    }),
  );
  await runAll(jobs, cellsAtOnce);
  return {
    columns: chosenColumns,
    rows: running.map((row, index) => ({ row, cells: results[index] ?? [] })),
    notServed: chosenRows.filter((_, index) => !served[index]),
  };
}

const directColumn: Column = { name: 'the simulator itself', dialect: undefined, model: (name) => `sandbox/${name}` };

function has(name: string, word: string | undefined): boolean {
  return word === undefined || name.includes(word);
}

async function isServed({ servedAt }: SdkRow, { fairlead }: Stage): Promise<boolean> {
  if (servedAt === undefined) return true;
  if (fairlead === undefined) return false;
  const answer = await fetch(`${fairlead.url}${servedAt}`, { headers: { authorization: `Bearer ${fairlead.key}` } });
  await answer.body?.cancel();
  return answer.status === 200;
}

async function runAll(jobs: readonly (() => Promise<void>)[], atOnce: number): Promise<void> {
  const queue = jobs.values();
  const worker = async () => {
    for (const job of queue) await job();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

type At = Parameters<typeof Cell.open>[0];

async function runCell(at: At, chosen: readonly GridFeature[]): Promise<GridCell> {
  const failures: GridFailure[] = [];
  let passed = 0;
  let skipped = 0;
  for (const feature of chosen) {
    if (feature.only?.(at.row.open({ url: 'http://127.0.0.1:9', key: 'none' }), at.row) === false) continue;
    const lacks = feature.need !== undefined && at.row.lacks[feature.need] !== undefined;
    if (lacks || (feature.needsFairlead && at.stage.fairlead === undefined)) {
      skipped += 1;
      continue;
    }
    const failure = await attempt(at, feature);
    if (failure === undefined) passed += 1;
    else failures.push(failure);
  }
  return { passed, skipped, failures };
}

async function attempt(at: At, feature: GridFeature): Promise<GridFailure | undefined> {
  await using cell = await Cell.open(at);
  const done = new AbortController();
  const late = sleep(featureMs, undefined, { signal: done.signal, ref: false }).then(() => {
    throw new Error(`not done within ${featureMs} ms`);
  });
  late.catch(() => {});
  const error = await Promise.race([feature.run(cell), late]).then(() => undefined, describe);
  done.abort();
  if (error === undefined) return undefined;
  const { row, column } = at;
  const where = `${row.name} ${row.surface} → ${column.name}`;
  return {
    name: feature.name,
    where,
    error,
    row,
    column,
    feature: feature.name,
    asked: [...cell.asked],
    sent: cell.canSeeUpstream ? cell.sent : [],
    logged: cell.logged,
  };
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return JSON.stringify(thrown);
  const cause = thrown.cause instanceof Error ? `\ncause: ${thrown.cause.message}` : '';
  return `${thrown.stack}${cause}`;
}
