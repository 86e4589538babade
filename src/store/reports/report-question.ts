import type { Row, Sql } from '../sql/sql.ts';
import type { UsageAsk } from '../usage-reports.ts';

/** One way to add usage up. The table stands as `usage`: hours, or days where the report asks for nothing finer. */
export type ReportQuestion = {
  /** What SQL groups by. */
  readonly column: (unit: 'hour' | 'day') => string;
  readonly read: (row: Row, name: string) => string | number;
  /** Where rows of SQL belong to other names, or to several: made once for a report. */
  readonly names?: (sql: Sql, ask: UsageAsk) => Promise<(value: string | number) => readonly string[]>;
};
