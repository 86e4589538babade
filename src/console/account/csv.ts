type Cell = string | number | boolean | null;

/**
 * Rows as RFC 4180 has them. A text that a spreadsheet would take for a formula gets a quote mark before it: names of keys and
 * models are other people's words.
 */
export function toCsv(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const names = Object.keys(rows[0] ?? {});
  if (names.length === 0) return '';
  const lines = [names, ...rows.map((row) => names.map((name) => toCell(row[name])))];
  return lines.map((line) => `${line.map(written).join(',')}\r\n`).join('');
}

function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
}

const formulaStart = /^[=+\-@\t\r\n]/;

function written(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = formulaStart.test(cell) ? `'${cell}` : cell;
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
