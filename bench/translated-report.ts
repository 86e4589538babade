// The grid of translated streams and the table of converted requests, as text; and the worst of each, for the budgets.
import { type DialectName, dialectNames } from './dialects.ts';
import type { Absent, TranslatedCell, TranslatedFigures } from './figures.ts';
import { type Spread, spreadOf } from './statistics.ts';
import { table } from './table.ts';

export function translatedReport(figures: TranslatedFigures | Absent | undefined): string {
  if (figures === undefined) return '';
  if ('why' in figures) return `translated: not measured: ${figures.why}`;
  const notes = figures.cells.flatMap(({ upstream, caller, notes: own }) =>
    own.map((note) => `  ${upstream} → ${caller}: ${note}`),
  );
  return [
    'translated: 50 open streams, a chunk of about 250 bytes each 10 ms; µs/chunk of the gateway thread, and in brackets',
    '  how many times the same stream untouched, which is the cell of equal dialects',
    chunkTable(figures.cells),
    '  A request of about 40 KB read, taken apart and written anew, in µs: median and the slowest of a hundred',
    conversionTable(figures),
    ...notes,
  ].join('\n');
}

/** The dearest translation, as a multiple of what the same stream costs untouched; by the medians of paired rounds. */
export function worstChunkRatio({ cells }: TranslatedFigures): number | undefined {
  const ratios = cells
    .filter(({ upstream, caller }) => caller !== 'bare' && caller !== upstream)
    .map((cell) => ratioOf(cells, cell)?.median);
  return ratios.every((ratio) => ratio !== undefined) ? Math.max(...ratios) : undefined;
}

export function slowestConversionMs({ conversions }: TranslatedFigures): number | undefined {
  return conversions.length === 0 ? undefined : Math.max(...conversions.map(({ median }) => median)) / 1000;
}

function chunkTable(cells: readonly TranslatedCell[]): string {
  const rows = dialectNames.map((upstream) => [
    upstream,
    ...(['bare', ...dialectNames] as const).map((caller) => showCell(cells, upstream, caller)),
  ]);
  return table(['from upstream to caller', 'bare relay', ...dialectNames], rows);
}

function showCell(cells: readonly TranslatedCell[], upstream: DialectName, caller: TranslatedCell['caller']): string {
  const cell = cells.find((each) => each.upstream === upstream && each.caller === caller);
  const own = spreadOf(cell?.micros.filter((each) => each !== undefined) ?? []);
  if (cell === undefined || own === undefined) return '–';
  const ratio = caller === 'bare' || caller === upstream ? undefined : ratioOf(cells, cell);
  return `${own.median.toFixed(1)}${ratio === undefined ? '' : ` (${ratio.median.toFixed(2)} ×)`}`;
}

function ratioOf(cells: readonly TranslatedCell[], cell: TranslatedCell): Spread | undefined {
  const untouched = cells.find(({ upstream, caller }) => upstream === cell.upstream && caller === cell.upstream);
  const ratios = cell.micros.flatMap((micros, round) => {
    const its = untouched?.micros[round];
    return micros === undefined || its === undefined ? [] : [micros / its];
  });
  return spreadOf(ratios);
}

function conversionTable({ conversions }: TranslatedFigures): string {
  const targets = [...new Set(conversions.map(({ to }) => to))].toSorted();
  const rows = dialectNames.map((from) => [
    from,
    ...targets.map((to) => {
      const found = conversions.find((each) => each.from === from && each.to === to);
      return found === undefined ? '–' : `${found.median.toFixed(0)} ${found.p99.toFixed(0)}`;
    }),
  ]);
  return table(['from caller to upstream', ...targets], rows);
}
