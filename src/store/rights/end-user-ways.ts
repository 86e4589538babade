import type { Sql } from '../sql/sql.ts';
import type { SubjectRow } from './rights-store.ts';
import { exportableColumns, quoted, toRow } from './subject-rows.ts';

/** How rows are about an end user of a workspace, whom they have by its pseudonym alone. */
const mine = `(select allowance.id from allowance where allowance.workspace = :workspace and allowance.end_user = :endUser)`;

const endUserWays: Readonly<Record<string, string>> = {
  allowance: 'workspace = :workspace and end_user = :endUser',
  allowance_warning: `allowance in ${mine}`,
  allowance_window: `allowance in ${mine}`,
  lease: `allowance in ${mine}`,
  privacy_case: 'workspace = :workspace and end_user = :endUser',
  rate_state: `exists (select 1 from rate where rate.workspace = :workspace and rate_state.rate = rate.id || '/' || :endUser)`,
  restriction: 'workspace = :workspace and subject = :endUser',
};

const rowsMax = 1_000;

/** All that is kept of one end user: limits, what is used of them, requests about privacy. */
export async function rowsOfEndUser(
  sql: Sql,
  workspace: string,
  endUser: string,
): Promise<Readonly<Record<string, readonly SubjectRow[]>>> {
  const found: Record<string, readonly SubjectRow[]> = {};
  for (const [table, where] of Object.entries(endUserWays)) {
    const columns = exportableColumns(table).filter((column) => column !== 'sealed');
    const rows = await sql.all(
      `select ${columns.map(quoted).join(', ')} from ${table} where ${where} limit ${rowsMax}`,
      {
        workspace,
        endUser,
      },
    );
    if (rows.length > 0) found[table] = rows.map((row) => toRow(row, columns));
  }
  return found;
}
