import { text } from '../sql/read-row.ts';
import type { ReportQuestion } from './report-question.ts';

/** What was used of each model? */
export const byModel: ReportQuestion = { column: () => 'usage.model', read: text };
