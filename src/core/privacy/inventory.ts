import { columnInventory } from './column-inventory.ts';
import { books, credentials, type DataClass, erasureRecords, metering, operation } from './data-class.ts';
import { journalInventory } from './journal-inventory.ts';
import { logInventory, metricInventory } from './observe-inventory.ts';
import { peopleInventory } from './people-inventory.ts';

/** One place where data lies or leaves a trace: a column, a field of a journal record or a log line, a label, a file. */
export type InventoryRow = DataClass & {
  readonly place: 'column' | 'people' | 'journal' | 'log' | 'metric' | 'file';
  /** The table, record, log line or metric; for files, the data directory. */
  readonly of: string;
  readonly name: string;
};

/** Files of the data directory, `*` for any characters. A database is as private as the most private column in it. */
const files: Readonly<Record<string, DataClass>> = {
  'people.db': { ...credentials, subject: 'person' },
  'people.db-wal': { ...credentials, subject: 'person' },
  'people.db-shm': operation,
  'main.db': { ...books, subject: 'workspace' },
  'main.db-wal': { ...books, subject: 'workspace' },
  'main.db-shm': operation,
  'main.db.backup-v*': { ...books, subject: 'workspace', retention: 'three-versions' },
  'main.db.backup-v*.unfinished': { ...books, subject: 'workspace', retention: 'three-versions' },
  'journal/*/*.seg': metering,
  'secrets/pepper': { ...credentials, subject: 'operator', erasable: false },
  'secrets/inspection-*': { ...credentials, subject: 'operator', retention: 'a-day', erasable: false },
  'secrets/trust-key*': { ...credentials, subject: 'operator', erasable: false },
  'erased.jsonl': erasureRecords,
  'fairlead.lock': operation,
};

/**
 * The data inventory: everything that Fairlead keeps, and how. What is not in it may not be kept; a column without a row
 * here fails the tests. There is no row for prompts and answers, because they are kept nowhere.
 */
export const inventory: readonly InventoryRow[] = [
  ...rowsOf('column', columnInventory),
  ...rowsOf('people', peopleInventory),
  ...rowsOf('journal', journalInventory),
  ...rowsOf('log', logInventory),
  ...rowsOf('metric', metricInventory),
  ...rowsOf('file', { 'the data directory': files }),
];

function rowsOf(
  place: InventoryRow['place'],
  tables: Readonly<Record<string, Readonly<Record<string, DataClass>>>>,
): readonly InventoryRow[] {
  return Object.entries(tables).flatMap(([of, fields]) =>
    Object.entries(fields).map(([name, dataClass]) => ({ place, of, name, ...dataClass })),
  );
}
