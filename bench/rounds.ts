// Interleaved and paired: in each round every candidate runs once, in an order that turns with the rounds.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Candidate, CandidateName } from './candidate.ts';
import { cpuPerUnit, readCpu, sumOf } from './cpu.ts';
import type { Row, Sample, ScenarioFigures } from './figures.ts';
import type { Load, Scenario } from './scenarios.ts';

const failedShareMax = 0.01;
const warmSeconds = 5;

export async function runRounds(
  scenario: Scenario,
  candidates: readonly Candidate[],
  options: { readonly rounds: number; readonly progress: (text: string) => void },
): Promise<ScenarioFigures> {
  const taking = candidates.filter((candidate) => scenario.candidates.includes(candidate.name));
  const rows = new Map<CandidateName, { samples: (Sample | undefined)[]; notes: string[] }>(
    taking.map(({ name }) => [name, { samples: [], notes: [] }]),
  );
  const ready: Candidate[] = [];
  for (const candidate of taking) {
    const trouble = await warmUp(scenario, candidate);
    if (trouble !== undefined) rows.get(candidate.name)?.notes.push(`no figures: ${trouble}`);
    else ready.push(candidate);
  }
  for (let round = 0; round < options.rounds; round++) {
    options.progress(`${scenario.name}: round ${round + 1} of ${options.rounds}`);
    for (const candidate of turn(ready, round)) {
      const row = rows.get(candidate.name);
      const sample = await attempt(scenario, candidate, scenario.seconds);
      row?.samples.push(typeof sample === 'string' ? undefined : sample);
      if (typeof sample === 'string') row?.notes.push(`round ${round + 1} does not count: ${sample}`);
    }
  }
  const found: Row[] = [...rows].map(([name, row]) => ({ name, ...row }));
  return { name: scenario.name, title: scenario.title, unit: scenario.unit, rows: found };
}

// A program that runs for the first time is compiled while it runs: what it costs then is no measure of the hours after.
async function warmUp(scenario: Scenario, candidate: Candidate): Promise<string | undefined> {
  for (let second = 0; second < warmSeconds; second++) {
    const warm = await attempt(scenario, candidate, 1);
    if (typeof warm === 'string') return warm;
  }
  return undefined;
}

// A sample, or why there is none.
async function attempt(scenario: Scenario, candidate: Candidate, seconds: number): Promise<Sample | string> {
  try {
    const before = readCpu(candidate.pid);
    const load = await scenario.run(candidate, seconds);
    await untilQuiet(candidate);
    return judge(load) ?? toSample(load, cpuPerUnit(before, readCpu(candidate.pid), load.units));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function judge(load: Load): string | undefined {
  if (load.units === 0) return 'nothing was answered with 200';
  if (load.failed > load.units * failedShareMax) return `${load.failed} failed beside ${load.units} answered`;
  return undefined;
}

function toSample(load: Load, cpu: Sample['cpu']): Sample {
  const { units, failed, measures } = load;
  return { units, perSecond: units / load.seconds, failed, cpu, sum: sumOf(cpu), measures };
}

function turn<Item>(items: readonly Item[], by: number): readonly Item[] {
  const at = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}

// Fairlead posts what it metered a little later; that work belongs to the run which caused it, and the next
// candidate must not compete with it.
async function untilQuiet(candidate: Candidate): Promise<void> {
  if (candidate.name !== 'fairlead') return;
  const windowMs = 600;
  for (let waited = 0; waited < 6000; waited += windowMs) {
    const before = sumOf(readCpu(candidate.pid));
    await sleep(windowMs);
    if (sumOf(readCpu(candidate.pid)) - before <= 20_000) return;
  }
}
