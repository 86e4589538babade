import type { Need } from '../sdks/sdk-row.ts';
import type { Grid, GridCell } from './run-grid.ts';

/** Rows are SDKs at their surfaces, columns are upstreams, cells are passed/total. */
export function renderGrid(grid: Grid): string {
  const heads = ['', '', ...grid.columns.map(({ name }) => name)];
  const lines = grid.rows.map(({ row, cells }) => [row.name, row.surface, ...cells.map(showCell)]);
  const texts = [heads, ...lines];
  const widths = heads.map((_, column) => Math.max(...texts.map((line) => line[column]?.length ?? 0)));
  return texts
    .map((line) =>
      line
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function showCell({ passed, failures }: GridCell): string {
  return `${passed}/${passed + failures.length}`;
}

const doneOtherwise: Readonly<Record<Need, string>> = {
  'cached-usage': 'cached usage',
  reasoning: 'reasoning over two turns',
  'reasoning-proof': 'the proof of reasoning',
  'reasoning-streamed': 'reasoning, streamed',
  'request-id': 'request id',
  'tools-streamed': 'streamed tool loops',
  'usage-streamed': 'usage, streamed',
};

/** What was left out, and why. */
export function renderSkipped({ rows, notServed }: Grid): string[] {
  const lacks = rows.flatMap(({ row }) =>
    Object.entries(row.lacks).map(
      ([need, why]) => `Skipped: ${row.name} ${row.surface}, ${doneOtherwise[need as Need]}: ${why}.`,
    ),
  );
  const missing = notServed.map(
    ({ name, surface, servedAt }) => `Not served yet: ${name} ${surface} (GET ${servedAt}).`,
  );
  return [...lacks, ...missing];
}
