import type { Difference } from './compare/difference.ts';
import { type Exception, exceptions } from './exceptions.ts';

/** What one check of one exchange found; undefined: all is well. */
export type Verdict = Difference | undefined;

/** A row of the tables: what is checked, and between which dialects. */
export type Place = { readonly table: string; readonly pair: string; readonly id: string };

export type Failed = Place & Difference;

type Row = { passed: number; failed: number; excepted: number };

/** Counts checks by table and pair, and keeps what failed. */
export class Report {
  readonly #tables = new Map<string, Map<string, Row>>();
  readonly failed: Failed[] = [];
  readonly used = new Map<Exception, Set<string>>();
  readonly losses = new Map<string, Map<string, number>>();
  /** Of which exchanges anything was checked. */
  readonly ids = new Set<string>();

  /** Runs one check; what it throws is a failure of it. */
  check(place: Place, run: () => Verdict): void {
    let verdict: Verdict;
    try {
      verdict = run();
    } catch (error) {
      verdict = { path: 'throws', detail: describe(error) };
    }
    this.note(place, verdict);
  }

  note(place: Place, verdict: Verdict): void {
    const row = this.#rowOf(place);
    this.ids.add(place.id);
    if (verdict === undefined) {
      row.passed += 1;
      return;
    }
    const failure = { ...place, ...verdict };
    const exception = exceptions.find((each) => covers(each, failure));
    if (exception === undefined) {
      row.failed += 1;
      this.failed.push(failure);
      return;
    }
    row.excepted += 1;
    const ids = this.used.get(exception) ?? new Set();
    this.used.set(exception, ids.add(`${place.pair} ${place.id}`));
  }

  countLosses(pair: string, words: Iterable<string>): void {
    const counts = this.losses.get(pair) ?? new Map<string, number>();
    this.losses.set(pair, counts);
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }

  get tables(): ReadonlyMap<string, ReadonlyMap<string, Readonly<Row>>> {
    return this.#tables;
  }

  get totals(): Readonly<Row> {
    const total: Row = { passed: 0, failed: 0, excepted: 0 };
    for (const rows of this.#tables.values()) {
      for (const row of rows.values()) {
        total.passed += row.passed;
        total.failed += row.failed;
        total.excepted += row.excepted;
      }
    }
    return total;
  }

  #rowOf({ table, pair }: Place): Row {
    const rows = this.#tables.get(table) ?? new Map<string, Row>();
    this.#tables.set(table, rows);
    const row = rows.get(pair) ?? { passed: 0, failed: 0, excepted: 0 };
    rows.set(pair, row);
    return row;
  }
}

function covers(exception: Exception, failure: Failed): boolean {
  return (
    exception.table === failure.table &&
    (exception.pair === undefined || exception.pair === failure.pair) &&
    exception.ids.includes(failure.id) &&
    failure.path.startsWith(exception.path)
  );
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = error.stack?.split('\n').find((line) => line.includes('/src/') || line.includes('/conformance/'));
  return `${error.name}: ${error.message.slice(0, 200)} ${place?.trim().replace(/\(?(file:\/\/)?\/.*\/(src|tests)\//, '$2/') ?? ''}`;
}
