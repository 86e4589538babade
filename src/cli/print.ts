import { toCsv } from '#console/account/csv.ts';

type Row = Readonly<Record<string, unknown>>;

/** One JSON line for programs. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Rows for spreadsheets. */
export function printCsv(value: unknown): void {
  process.stdout.write(toCsv(Array.isArray(value) ? value.map(toRow) : [toRow(value)]));
}

/** The same for people: a table of rows, or a line per field. */
export function printPlainly(value: unknown): void {
  if (Array.isArray(value)) process.stdout.write(formatTable(value.map(toRow)));
  else for (const [name, field] of Object.entries(toRow(value))) process.stdout.write(`${name}: ${toCell(field)}\n`);
}

function formatTable(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  if (names.length === 0) return 'None.\n';
  const lines = [names, ...rows.map((row) => names.map((name) => toCell(row[name])))];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const pad = (cell: string, column: number) => cell.padEnd(widths[column] ?? 0);
  return lines.map((line) => `${line.map(pad).join('  ').trimEnd()}\n`).join('');
}

function toRow(value: unknown): Row {
  // Values come from the keeper's commands, which give objects.
  return typeof value === 'object' && value !== null ? (value as Row) : { value };
}

function toCell(field: unknown): string {
  if (field === null || field === undefined) return '–';
  return typeof field === 'object' ? JSON.stringify(field) : String(field);
}
