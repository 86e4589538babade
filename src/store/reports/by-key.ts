import { text } from '../sql/read-row.ts';
import type { ReportQuestion } from './report-question.ts';

/** What did each key use? */
export const byKey: ReportQuestion = { column: () => 'usage.key', read: text };
