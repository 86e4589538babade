import { text } from '../sql/read-row.ts';
import type { ReportQuestion } from './report-question.ts';

/** Who answered? */
export const byEndpoint: ReportQuestion = { column: () => 'usage.endpoint', read: text };
