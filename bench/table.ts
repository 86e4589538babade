// Plain text columns: the first and the last `words` ones to the left, figures to the right.
export function table(head: readonly string[], rows: readonly (readonly string[])[], words = 0): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const isText = (column: number) => column === 0 || column >= head.length - words;
  const pad = (cell: string, column: number) =>
    isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  const line = (row: readonly string[]) => row.map(pad).join('  ').trimEnd();
  return all.map((row) => `  ${line(row)}`).join('\n');
}

export function showSpread(spread: { median: number; min: number; max: number } | undefined, digits: number): string {
  if (spread === undefined) return '–';
  const [median, min, max] = [spread.median, spread.min, spread.max].map((value) => value.toFixed(digits));
  return `${median} (${min}–${max})`;
}
