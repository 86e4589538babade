// `npm run bench`: our bare relay, nginx, Portkey and Fairlead against one cheap upstream, in one interleaved run.
// docs/reference/performance.md says what is measured and how to read it.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { budgetReport } from './budgets.ts';
import type { Candidate, CandidateName, StartResult } from './candidate.ts';
import type { Absent, Figures, ScenarioFigures } from './figures.ts';
import { describeMachine } from './machine.ts';
import { measureCrowd, measureIdle } from './memory.ts';
import { type Options, readOptions, usage } from './options.ts';
import { measurePlanning } from './planning.ts';
import { measurePosting } from './posting.ts';
import { probe } from './probe.ts';
import { Processes } from './processes.ts';
import { report } from './report.ts';
import { measureReports } from './reports/measure-reports.ts';
import { runRounds } from './rounds.ts';
import { describeScenarios, shapesOf } from './scenarios.ts';
import { startFairlead } from './start-fairlead.ts';
import { startNginx } from './start-nginx.ts';
import { startBareRelay, startPortkey, startUpstream } from './start-node-peers.ts';
import { findTools, type Tools } from './tools.ts';
import { measureTranslated } from './translated.ts';

await main();

async function main(): Promise<void> {
  const options = parse();
  if (options === undefined) return;
  if (process.platform !== 'linux') throw new Error('The bench reads CPU time from /proc, which only Linux has.');
  await using processes = new Processes(availableParallelism() >= 2);
  endOnSignals(processes);
  if (options.scenarios.has('reports')) {
    const reports = await measureReports(processes, options.generations, print);
    if (options.jsonFile !== undefined) writeFileSync(options.jsonFile, `${JSON.stringify(reports, undefined, 2)}\n`);
    return;
  }
  const figures = await measure(processes, options);
  print(report(figures));
  if (options.budgets) print(budgetReport(figures));
  if (options.jsonFile !== undefined) writeFileSync(options.jsonFile, `${JSON.stringify(figures, undefined, 2)}\n`);
}

function parse(): Options | undefined {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options !== 'help') return options;
    print(usage);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exitCode = 2;
  }
  return undefined;
}

async function measure(processes: Processes, options: Options): Promise<Figures> {
  const began = performance.now();
  const tools = findTools(print);
  const machine = describeMachine(tools);
  const upstream = await startUpstream(processes);
  const starts = await startAll({ processes, upstream, tools, options });
  const running = starts.filter((start) => start.kind === 'running').map((start) => start.candidate);
  const absent = starts.filter((start) => start.kind === 'not-started').map(({ name, why }) => ({ name, why }));
  for (const { name, why } of absent) print(`${name} not started: ${why}`);
  const scenarios = await runScenarios({ processes, tools, options, candidates: [upstream, ...running] });
  return {
    at: new Date().toISOString(),
    machine,
    rounds: options.rounds,
    seconds: options.seconds,
    pinned: availableParallelism() >= 2,
    absent,
    scenarios,
    idle: options.scenarios.has('idle') ? await idle(processes, upstream, options) : undefined,
    crowd: options.scenarios.has('streams-1000') ? await crowd(processes, upstream, options) : undefined,
    translated: options.scenarios.has('translated') ? await translated(processes, upstream, options) : undefined,
    planning: options.scenarios.has('planning') ? measurePlanning() : undefined,
    posting: options.scenarios.has('posting') ? await measurePosting() : undefined,
    tookSeconds: Math.round((performance.now() - began) / 1000),
  };
}

type Setting = { processes: Processes; upstream: Candidate; tools: Tools; options: Options };

// One after the other: they share a core, and a start under the load of another's is no measure of it.
async function startAll({ processes, upstream, tools, options }: Setting): Promise<readonly StartResult[]> {
  const shapes = shapesOf(options.seconds);
  return [
    await attempt('bare', () => startBareRelay(processes, upstream)),
    await attempt('nginx', () => startNginx(processes, upstream, tools.nginx)),
    await attempt('portkey', () => startPortkey(processes, upstream)),
    await attempt('fairlead', () => startFairlead(processes, upstream, { shapes })),
  ];
}

async function attempt(name: CandidateName, start: () => Promise<Candidate>): Promise<StartResult> {
  try {
    return { kind: 'running', candidate: await probe(await start()) };
  } catch (error) {
    return { kind: 'not-started', name, why: reasonOf(error) };
  }
}

async function runScenarios(setting: {
  processes: Processes;
  tools: Tools;
  options: Options;
  candidates: readonly Candidate[];
}): Promise<readonly ScenarioFigures[]> {
  const { processes, tools, options, candidates } = setting;
  const figures: ScenarioFigures[] = [];
  for (const scenario of describeScenarios(processes, tools, options.seconds)) {
    if (!options.scenarios.has(scenario.name)) continue;
    figures.push(await runRounds(scenario, candidates, { rounds: options.rounds, progress }));
  }
  progress('');
  return figures;
}

async function idle(processes: Processes, upstream: Candidate, options: Options) {
  progress('idle: starting Fairlead twice');
  try {
    const first = await startFairlead(processes, upstream, { shapes: shapesOf(options.seconds) });
    return await measureIdle(processes, first);
  } catch (error) {
    return { name: 'fairlead', why: reasonOf(error) } satisfies Absent;
  } finally {
    progress('');
  }
}

async function crowd(processes: Processes, upstream: Candidate, options: Options) {
  const starts = {
    bare: () => startBareRelay(processes, upstream),
    fairlead: () => startFairlead(processes, upstream, { shapes: shapesOf(options.seconds) }),
  };
  const found = [];
  for (const name of ['bare', 'fairlead'] as const) {
    progress(`streams-1000: ${name}`);
    try {
      found.push(await measureCrowd(processes, await starts[name]()));
    } catch (error) {
      found.push({ name, why: reasonOf(error) } satisfies Absent);
    }
  }
  progress('');
  return found;
}

async function translated(processes: Processes, upstream: Candidate, options: Options) {
  try {
    return await measureTranslated({ processes, upstream, options, progress });
  } catch (error) {
    return { name: 'fairlead', why: reasonOf(error) } satisfies Absent;
  } finally {
    progress('');
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function endOnSignals(processes: Processes): void {
  for (const [signal, status] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
    process.once(signal, () => {
      processes[Symbol.asyncDispose]().finally(() => process.exit(status));
    });
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

// A line that the next one replaces, on a terminal; nothing in a log.
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
