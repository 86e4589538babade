// What a reader who wishes us ill would find, said first.
import type { Figures, ScenarioFigures } from './figures.ts';
import { pairRatio, type Reading, readAll, rowOf, wholeProcess } from './pairs.ts';

export function honestLosses(figures: Figures): readonly string[] {
  const lines = [
    ...notAlone(figures),
    ...figures.absent.map(({ name, why }) => `${name} was not measured: ${why}.`),
    ...figures.scenarios.flatMap(againstPeers),
    ...figures.scenarios.flatMap(wide),
    ...figures.scenarios.flatMap((scenario) =>
      scenario.rows
        .filter((row) => row.notes.length > 0)
        .map((row) => `${scenario.name}: ${row.notes.length} note(s) on ${row.name}, see its table.`),
    ),
  ];
  const always = [
    'Plain HTTP upstream on loopback: TLS to a provider is not measured, and would make every gateway dearer by about as much.',
    'nginx checks no key, counts no usage and keeps no books; Portkey parses and re-serialises. They do other work.',
    'Upstream and load generator share one core: tails below a few milliseconds are theirs as much as the gateway’s.',
  ];
  return [...lines, ...always];
}

function notAlone(figures: Figures): readonly string[] {
  const load = figures.machine['load average before'] ?? '';
  return Number.parseFloat(load) > 0.5
    ? [
        `The machine was not idle before the start (load average ${load}): run it again on a quiet one before quoting this.`,
      ]
    : [];
}

const measures: readonly { readonly what: string; readonly reading: Reading }[] = [
  { what: 'CPU', reading: wholeProcess },
  { what: 'p50', reading: (sample) => sample.measures.p50 },
  { what: 'p99', reading: (sample) => sample.measures.p99 },
  { what: 'delay p50', reading: (sample) => sample.measures.delayP50 },
  { what: 'delay p99', reading: (sample) => sample.measures.delayP99 },
];

function againstPeers(scenario: ScenarioFigures): readonly string[] {
  const own = rowOf(scenario, 'fairlead');
  const found: string[] = [];
  for (const name of ['bare', 'nginx', 'portkey'] as const) {
    for (const { what, reading } of measures) {
      const ratio = pairRatio(own, rowOf(scenario, name), reading)?.median;
      if (ratio !== undefined && ratio > 1.05) {
        found.push(`${scenario.name}: Fairlead’s ${what} is ${ratio.toFixed(2)} × that of ${name}.`);
      }
    }
  }
  return found;
}

// A figure that moved by half between repeats of the same thing supports no small difference.
function wide(scenario: ScenarioFigures): readonly string[] {
  return scenario.rows.flatMap((row) => {
    const spread = row.name === 'direct' ? undefined : readAll(row, wholeProcess);
    if (spread === undefined || spread.max < 1.5 * spread.min) return [];
    const moved = (spread.max / spread.min).toFixed(1);
    return [
      `${scenario.name}: ${row.name}’s CPU moved ${moved} × between its own rounds; trust only large differences.`,
    ];
  });
}
