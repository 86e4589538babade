import { text } from '../sql/read-row.ts';
import type { ReportQuestion } from './report-question.ts';

/** What was used under each tag? Those that the key has now; of a deleted one, those that it had last. */
export const byTag: ReportQuestion = {
  column: () => 'usage.key',
  read: text,
  async names(sql, { workspace }) {
    const rows = await sql.all(
      `select id, tags from key where tags <> '' ${workspace === undefined ? '' : 'and workspace = :workspace'}`,
      workspace === undefined ? {} : { workspace },
    );
    const tags = new Map(rows.map((row) => [text(row, 'id'), text(row, 'tags').split(',')]));
    return (key) => tags.get(String(key)) ?? [''];
  },
};
