import type { ErasureTable, Link } from '#core/privacy/erasure/erasure-plan.ts';
import type { Table } from '../copy/table-list.ts';
import type { ErasedIds } from '../erasure-store.ts';
import { whole } from './read-row.ts';
import type { Sql, Values } from './sql.ts';

type Asked = { readonly table: ErasureTable; readonly ids: ErasedIds; readonly now: number };

/** Deletes, or blanks, at most so many rows of one table that are the subject's; gives how many. */
export async function eraseSome(sql: Sql, { table, ids, now }: Asked, shape: Table, max: number): Promise<number> {
  const { where, values } = conditionOf(table, ids, now);
  if (table.action === 'blank') return await blank(sql, table, ids, now);
  const key = shape.key.map((column) => `"${column}"`).join(', ');
  return await sql.run(
    `delete from "${table.table}" where (${key}) in (select ${key} from "${table.table}" where ${where} limit :max)`,
    { ...values, max },
  );
}

/** How many rows are still there: what a second look finds, by itself. */
export async function countLeft(sql: Sql, { table, ids, now }: Asked): Promise<number> {
  const { where, values } = conditionOf(table, ids, now);
  const row = await sql.one(`select count(*) as rows_left from "${table.table}" where ${where}`, values);
  return whole(row ?? {}, 'rows_left');
}

/** What stays of a workspace are its two random ids, which books refer to; of a request, that there was one. */
async function blank(sql: Sql, table: ErasureTable, ids: ErasedIds, now: number): Promise<number> {
  const set = blanks[table.table];
  if (set === undefined) throw new Error(`nothing says how the table ${table.table} is blanked`);
  const { where, values } = conditionOf(table, ids, now);
  return await sql.run(`update "${table.table}" set ${set} where ${where}`, values);
}

const blanks: Readonly<Record<string, string>> = {
  workspace: 'name = :pseudonym, created_at = 0, erased_at = :now',
  privacy_case: `person = null, end_user = null, sealed = null, seal_key = null, facts = '{}',
    closed_at = coalesce(closed_at, :now), outcome = coalesce(outcome, 'answered')`,
};

function conditionOf({ table, links }: ErasureTable, ids: ErasedIds, now: number): { where: string; values: Values } {
  const { subject, pseudonym, address } = ids;
  const where = links.map((link) => conditions[link](table)).join(' or ');
  return { where: `(${where})`, values: { subject, pseudonym, address, now } };
}

const ofKeys = 'select id from key where workspace = :subject';

/** Of people and workspaces, the rows that are theirs by this column. */
const conditions: Readonly<Record<Link, (table: string) => string>> = {
  workspace: () => 'workspace = :subject',
  key: () => `key in (${ofKeys})`,
  owner: () => `owner = :subject or owner in (${ofKeys})`,
  allowance: () => 'allowance in (select id from allowance where workspace = :subject)',
  rate: () =>
    `rate in (select id from rate where workspace = :subject) or exists (select 1 from rate as whose
       where whose.workspace = :subject and rate_state.rate like whose.id || '/%')`,
  operation: () => 'operation in (select id from operation where workspace = :subject)',
  inspection: () => 'inspection in (select id from inspection where workspace = :subject)',
  person: () => 'person = :subject',
  invited_by: () => 'invited_by = :pseudonym',
  email_hash: () => 'email_hash = :address',
  copy: () => 'copy in (select id from privacy_copy where person = :subject)',
  asked: () => 'person = :pseudonym',
  end_user: () => 'workspace = :subject and end_user is not null',
  restricted: () => `workspace = :subject or (kind = 'workspace' and subject = :subject)`,
  restricted_person: () => `kind = 'person' and subject = :subject`,
  id: (table) => (table === 'workspace' ? 'id = :subject and erased_at is null' : 'id = :subject'),
  expired: () => 'expires_at <= :now',
};
