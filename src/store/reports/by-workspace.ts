import { text } from '../sql/read-row.ts';
import type { ReportQuestion } from './report-question.ts';

/** What did each workspace use? */
export const byWorkspace: ReportQuestion = { column: () => 'usage.workspace', read: text };
