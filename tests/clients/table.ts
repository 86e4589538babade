export type Cell = { readonly ms: number; readonly error: string | undefined };
export type Row = { readonly name: string; readonly cells: readonly Cell[] };

/** Rows of features, columns of clients. */
export function renderTable(columns: readonly string[], rows: readonly Row[]): string {
  const texts = [['', ...columns], ...rows.map(({ name, cells }) => [name, ...cells.map(showCell)])];
  const widths = texts[0]?.map((_, column) => Math.max(...texts.map((line) => line[column]?.length ?? 0))) ?? [];
  return texts
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function showCell({ ms, error }: Cell): string {
  return `${error === undefined ? 'ok' : 'FAILED'} ${Math.round(ms)} ms`;
}
