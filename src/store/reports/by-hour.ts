import { whole } from '../sql/read-row.ts';
import type { ReportQuestion } from './report-question.ts';

/** When of a day was it used? Only hours know. */
export const byHour: ReportQuestion = { column: () => 'usage.hour', read: whole };
