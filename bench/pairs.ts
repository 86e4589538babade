// What two candidates did in the same round, compared round by round: that holds where lone figures do not.
import type { CandidateName } from './candidate.ts';
import type { Row, Sample, ScenarioFigures } from './figures.ts';
import { type Spread, spreadOf } from './statistics.ts';

export type Reading = (sample: Sample) => number | undefined;

export const gatewayThread: Reading = (sample) => sample.cpu.gateway;
export const wholeProcess: Reading = (sample) => sample.sum;
export const keeperAndJournal: Reading = (sample) => sample.cpu.keeper + sample.cpu.journal;

export function rowOf(scenario: ScenarioFigures | undefined, name: CandidateName): Row | undefined {
  return scenario?.rows.find((row) => row.name === name);
}

export function readAll(row: Row | undefined, reading: Reading): Spread | undefined {
  const values = row?.samples.map((sample) => (sample === undefined ? undefined : reading(sample))) ?? [];
  return spreadOf(values.filter((value) => value !== undefined));
}

export function pairDifference(row: Row | undefined, other: Row | undefined, reading: Reading): Spread | undefined {
  return spreadOf(pairs({ row, other, reading }).map(([own, its]) => own - its));
}

export function pairRatio(row: Row | undefined, other: Row | undefined, reading: Reading): Spread | undefined {
  return spreadOf(pairs({ row, other, reading }).map(([own, its]) => own / its));
}

function pairs({ row, other, reading }: { row: Row | undefined; other: Row | undefined; reading: Reading }) {
  const found: [number, number][] = [];
  for (const [round, sample] of row?.samples.entries() ?? []) {
    const partner = other?.samples[round];
    const own = sample === undefined ? undefined : reading(sample);
    const its = partner === undefined ? undefined : reading(partner);
    if (own !== undefined && its !== undefined) found.push([own, its]);
  }
  return found;
}
