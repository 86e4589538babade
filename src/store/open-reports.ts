import { makeReportReads } from './reports/report-store.ts';
import { openSqliteReader } from './sqlite/open-sqlite.ts';
import type { ReportReads } from './usage-reports.ts';

/** What a report needs of SQLite, on a connection and perhaps a thread of its own: it sees what is committed. */
export function openReports(dataDir: string): ReportReads & { close(): void } {
  const { sql, close } = openSqliteReader(dataDir);
  return { ...makeReportReads(sql), close };
}
