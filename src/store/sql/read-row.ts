import type { Row } from './sql.ts';

// The readers say what a column must hold, and stop where it does not. Whole numbers come as bigint from every engine.

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw wrong(column);
  return value;
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

/** One of these words. */
export function word<Word extends string>(row: Row, column: string, words: readonly Word[]): Word {
  const value = row[column];
  const found = words.find((each) => each === value);
  if (found === undefined) throw wrong(column);
  return found;
}

export function amount(row: Row, column: string): bigint {
  const value = row[column];
  if (typeof value !== 'bigint') throw wrong(column);
  return value;
}

/** A count or an instant. */
export function whole(row: Row, column: string): number {
  const number = Number(amount(row, column));
  if (!Number.isSafeInteger(number)) throw wrong(column);
  return number;
}

export function wholeOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : whole(row, column);
}

export function flag(row: Row, column: string): boolean {
  return whole(row, column) === 1;
}

function wrong(column: string): Error {
  return new Error(`the column ${column} does not hold what it should`);
}
