// The budgets that the design set, each with where its figure comes from. Nothing fails here: it is a comparison.
import type { Figures } from './figures.ts';
import type { ScenarioName } from './options.ts';
import {
  gatewayThread,
  keeperAndJournal,
  pairDifference,
  pairRatio,
  type Reading,
  readAll,
  rowOf,
  wholeProcess,
} from './pairs.ts';
import { table } from './table.ts';
import { slowestConversionMs, worstChunkRatio } from './translated-report.ts';

type Verdict = { readonly what: string; readonly budget: string; readonly found: string; readonly verdict: string };

export function budgetReport(figures: Figures): string {
  const lines = [
    ...cpuBudgets(figures),
    ...translatedBudgets(figures),
    ...latencyBudgets(figures),
    planningBudget(figures),
    receiptBudget(figures),
    ...memoryBudgets(figures),
    ...elsewhere,
    ...goals(figures),
  ];
  const cells = lines.map(({ what, budget, found, verdict }) => [what, budget, found, verdict]);
  return `Budgets\n${table(['what', 'budget', 'found', ''], cells, 1)}\n`;
}

function cpuBudgets(figures: Figures): readonly Verdict[] {
  const pair = pairOf(figures);
  const chunk = pair('streams');
  return [
    atMost('1 KB, own logic on the gateway thread', 20, 'µs', pair('json-1k').difference(gatewayThread)),
    atMost(
      '1 KB, gateway thread to bare relay (90 where it is 70)',
      90 / 70,
      '×',
      pair('json-1k').ratio(gatewayThread),
    ),
    atMost('keeper + journal, wrk', 35, 'µs', pair('json-1k').own(keeperAndJournal)),
    atMost('keeper + journal, 500/s', 35, 'µs', pair('latency').own(keeperAndJournal)),
    atMost('40 KB, gateway thread to bare relay', 1.25, '×', pair('json-40k').ratio(gatewayThread)),
    atMost('streamed chunk, own logic on the gateway thread', 2, 'µs', chunk.difference(gatewayThread)),
    atMost('chunks that waited for another, beyond the bare relay', 0.01, 'of all', chunk.difference(together)),
  ];
}

function translatedBudgets({ translated }: Figures): readonly Verdict[] {
  const found = translated === undefined || 'why' in translated ? undefined : translated;
  return [
    atMost('streamed chunk, translated, the dearest pair', 2.5, '× untouched', found && worstChunkRatio(found)),
    atMost('40 KB request converted, the slowest pair', 1, 'ms', found && slowestConversionMs(found)),
  ];
}

function planningBudget({ planning = [] }: Figures): Verdict {
  const dearest = planning.reduce((most, { micros }) => Math.max(most, micros), 0);
  return atMost('a plan over 500 endpoints, the dearest order', 20, 'µs', planning.length > 0 ? dearest : undefined);
}

function receiptBudget({ posting = [] }: Figures): Verdict {
  const steady = posting.find(({ batch }) => batch === 250);
  return atMost('a receipt in the keeper, at 500/s', 10, 'µs', steady?.receipts);
}

function latencyBudgets(figures: Figures): readonly Verdict[] {
  const scenario = scenarioOf(figures, 'latency');
  const direct = rowOf(scenario, 'direct');
  const addedP50 = pairDifference(rowOf(scenario, 'fairlead'), direct, p50)?.median;
  const own = pairDifference(rowOf(scenario, 'fairlead'), direct, p99)?.median;
  const bare = pairDifference(rowOf(scenario, 'bare'), direct, p99)?.median;
  const ratio = own === undefined || bare === undefined ? undefined : Math.max(0, own) / Math.max(1, bare);
  return [
    atMost('added latency at 500/s, p50', 300, 'µs', addedP50),
    atMost('added latency at 500/s, p99 to bare relay', 1.5, '×', ratio),
  ];
}

function memoryBudgets({ idle, crowd }: Figures): readonly Verdict[] {
  const found = idle === undefined || 'why' in idle ? undefined : idle;
  const own = crowd?.find((one) => one.name === 'fairlead');
  const grown = own === undefined || 'why' in own ? undefined : own.duringMegabytes - own.beforeMegabytes;
  const visited = found !== undefined && found.visitStatus < 400;
  return [
    atMost('1,000 open streams, resident beyond idle', 150, 'MB', grown),
    atMost('idle, before the first visit', 160, 'MB', found?.idleMegabytes),
    visited || found === undefined
      ? atMost('idle, after a visit', 220, 'MB', found?.afterVisitMegabytes)
      : unknown('idle, after a visit', '≤ 220 MB', `the console answered ${found.visitStatus}`),
    atMost('ready on an existing data directory', 2000, 'ms', found?.laterStartMs),
  ];
}

const elsewhere: readonly Verdict[] = [
  unknown('idle, flat over an hour; one-hour soak', 'flat', 'takes an hour: `npm run soak`, and with `-- --idle`'),
  unknown('usage pages on 10 million generations', '≤ 300 ms', 'needs the usage pages'),
];

function goals(figures: Figures): readonly Verdict[] {
  const scenario = scenarioOf(figures, 'json-1k');
  const own = rowOf(scenario, 'fairlead');
  return [
    atMost('goal: 1 KB, sum to nginx', 2, '×', pairRatio(own, rowOf(scenario, 'nginx'), wholeProcess)?.median),
    atMost('goal: 1 KB, sum to Portkey', 1, '×', pairRatio(own, rowOf(scenario, 'portkey'), wholeProcess)?.median),
  ];
}

function pairOf(figures: Figures) {
  return (name: ScenarioName) => {
    const scenario = scenarioOf(figures, name);
    const own = rowOf(scenario, 'fairlead');
    const bare = rowOf(scenario, 'bare');
    return {
      own: (reading: Reading) => readAll(own, reading)?.median,
      difference: (reading: Reading) => pairDifference(own, bare, reading)?.median,
      ratio: (reading: Reading) => pairRatio(own, bare, reading)?.median,
    };
  };
}

function scenarioOf(figures: Figures, name: ScenarioName) {
  return figures.scenarios.find((scenario) => scenario.name === name);
}

function atMost(what: string, limit: number, unit: string, value: number | undefined): Verdict {
  const budget = `≤ ${round(limit)} ${unit}`;
  if (value === undefined) return unknown(what, budget, 'Fairlead or its pair has no figures in this run');
  return { what, budget, found: `${round(value)} ${unit}`, verdict: value <= limit ? 'met' : 'NOT MET' };
}

function unknown(what: string, budget: string, why: string): Verdict {
  return { what, budget, found: '–', verdict: `not measured: ${why}` };
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toFixed(2)));
}

const p50: Reading = (sample) => sample.measures.p50;
const p99: Reading = (sample) => sample.measures.p99;
const together: Reading = (sample) => sample.measures.together;
