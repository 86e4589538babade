import { text } from '../sql/read-row.ts';
import type { ReportQuestion } from './report-question.ts';

/** Whose API answered? An upstream that is configured no more stands under its own name. */
export const byProvider: ReportQuestion = {
  column: () => 'usage.endpoint',
  read: text,
  async names(_sql, { providers }) {
    return (endpoint) => {
      const upstream = String(endpoint).slice(String(endpoint).lastIndexOf('@') + 1);
      return [providers[upstream] ?? upstream];
    };
  },
};
