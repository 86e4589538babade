// What it costs to speak another dialect: a stream of each upstream's dialect, told to callers of every dialect, beside
// the same stream untouched; and a request of 40 KB from each dialect into every other.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Candidate } from './candidate.ts';
import { convertRequests } from './convert-requests.ts';
import { cpuPerUnit, readCpu, sumOf } from './cpu.ts';
import { benchDialects, type DialectName, dialectNames } from './dialects.ts';
import type { TranslatedCell, TranslatedFigures } from './figures.ts';
import { loadStreams } from './load-client.ts';
import type { Options } from './options.ts';
import type { Processes } from './processes.ts';
import { sentence } from './request-bodies.ts';
import { startFairlead } from './start-fairlead.ts';
import { startBareRelay } from './start-node-peers.ts';
import { nameStreamModel, type StreamShape } from './stream-model.ts';

const streams = 50;
const paceMs = 10;

type Setting = {
  readonly processes: Processes;
  readonly upstream: Candidate;
  readonly options: Options;
  readonly progress: (text: string) => void;
};

type Cell = Pick<TranslatedCell, 'upstream' | 'caller'>;

export async function measureTranslated(setting: Setting): Promise<TranslatedFigures> {
  const { processes, upstream, options, progress } = setting;
  const shapeOf = (dialect: DialectName, seconds: number): StreamShape => ({ chunks: seconds * 100, paceMs, dialect });
  const lengths = [...new Set([1, options.seconds])];
  const shapes = dialectNames.flatMap((dialect) => lengths.map((seconds) => shapeOf(dialect, seconds)));
  const bare = await startBareRelay(processes, upstream);
  const fairlead = await startFairlead(processes, upstream, { shapes });
  const run = async ({ upstream: spoken, caller }: Cell, seconds: number) => {
    const candidate = caller === 'bare' ? bare : fairlead;
    return await chunkMicros(processes, candidate, {
      caller: caller === 'bare' ? spoken : caller,
      shape: shapeOf(spoken, seconds),
      seconds,
    });
  };
  const cells = dialectNames.flatMap((spoken) =>
    (['bare', ...dialectNames] as const).map((caller) => ({
      upstream: spoken,
      caller,
      micros: [] as (number | undefined)[],
      notes: [] as string[],
    })),
  );
  for (const cell of cells) {
    progress(`translated: warming ${cell.upstream} → ${cell.caller}`);
    await attempt(cell, () => run(cell, 1));
  }
  for (const cell of cells) cell.micros.length = 0;
  for (let round = 0; round < options.rounds; round++) {
    for (const cell of cells) {
      progress(`translated: round ${round + 1} of ${options.rounds}, ${cell.upstream} → ${cell.caller}`);
      await attempt(cell, () => run(cell, options.seconds));
    }
  }
  await Promise.all([bare.end(), fairlead.end()]);
  progress('translated: requests');
  return { cells, conversions: convertRequests() };
}

async function attempt(cell: { micros: (number | undefined)[]; notes: string[] }, run: () => Promise<number>) {
  try {
    cell.micros.push(await run());
  } catch (error) {
    cell.micros.push(undefined);
    cell.notes.push(error instanceof Error ? error.message : String(error));
  }
}

type Asked = { readonly caller: DialectName; readonly shape: StreamShape; readonly seconds: number };

async function chunkMicros(processes: Processes, candidate: Candidate, { caller, shape, seconds }: Asked) {
  const dialect = benchDialects[caller];
  const model = `${candidate.modelPrefix}${nameStreamModel(shape)}`;
  const asked = { text: sentence.repeat(8), outputTokens: shape.chunks + 16 };
  const target = { ...candidate, headers: { ...candidate.headers, ...dialect.headers } };
  const order = {
    body: dialect.request(model, asked),
    path: dialect.path(model),
    ending: dialect.ending,
    seconds,
    streams,
  };
  const before = readCpu(candidate.pid);
  const seen = await loadStreams(processes, target, order);
  await untilQuiet(candidate);
  if (seen.failed > 0 || seen.streams === 0) throw new Error(`${seen.failed} streams failed: ${seen.firstFault}`);
  // A dialect that says the whole text again at its end shows stamps twice: what was sent is what counts.
  const units = seen.streams * shape.chunks;
  if (seen.chunks < units) throw new Error(`${units - seen.chunks} of ${units} chunks did not arrive`);
  return cpuPerUnit(before, readCpu(candidate.pid), units).gateway;
}

async function untilQuiet(candidate: Candidate): Promise<void> {
  for (let waited = 0; waited < 3000; waited += 300) {
    const before = sumOf(readCpu(candidate.pid));
    await sleep(300);
    if (sumOf(readCpu(candidate.pid)) - before <= 20_000) return;
  }
}
