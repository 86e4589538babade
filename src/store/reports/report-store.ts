// What people ask about usage: one file per question.
import type { Database, Sql } from '../sql/sql.ts';
import type { ReportReads, ReportStore } from '../usage-reports.ts';
import { checkUsage, rebuildUsage, recordedDays } from './rebuild-usage.ts';
import { usageBy } from './usage-by.ts';
import { usageOfKeys } from './usage-of-key.ts';

export function makeReportStore(db: Database): ReportStore {
  return {
    ...makeReportReads(db),
    // At one moment: what is posted meanwhile must not stand on one side alone.
    checkUsage: (day) => db.snapshot((sql) => checkUsage(sql, day)),
    rebuildUsage: (day) => rebuildUsage(db, day),
  };
}

export function makeReportReads(sql: Sql): ReportReads {
  return {
    usageOfKeys: (keys, now) => usageOfKeys(sql, keys, now),
    usage: (ask) => usageBy(sql, ask),
    recordedDays: () => recordedDays(sql),
    checkUsage: (day) => checkUsage(sql, day),
  };
}
