import { whole } from '../sql/read-row.ts';
import type { ReportQuestion } from './report-question.ts';

/** What was used each day, UTC? */
export const byDay: ReportQuestion = {
  column: (unit) => (unit === 'hour' ? 'usage.hour / 24' : 'usage.day'),
  read: whole,
};
