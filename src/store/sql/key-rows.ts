import type { KeyRow, NewKey } from '../store.ts';
import { amount, flag, text, whole, wholeOrNull, word } from './read-row.ts';
import type { Row, Sql } from './sql.ts';

const resets = ['daily', 'weekly', 'monthly', 'never'] as const;
export const roles = ['inference', 'management'] as const;

/** A key's own limit is of all models and in the window of its reset: beside it there may be others. */
function own(allowance: string): string {
  const windows =
    "case key.reset when 'daily' then 'day' when 'weekly' then 'week' when 'monthly' then 'month' else 'all' end";
  return `${allowance}.ended_at is null and ${allowance}.model is null and ${allowance}.upstream is null and ${allowance}.counts = 'spent'
    and ${allowance}.zone = 'UTC' and ${allowance}."window" = ${windows}`;
}

export const selectKeys = `select key.id, key.name, key.workspace, key.disabled, key.reset, key.expires_at, key.created_at,
    key.role, key.hint, key.tags, key.changed_at,
    money."limit" as limit_nano, requests."limit" as limit_requests
  from key
  left join allowance money on money.workspace = key.workspace and money.key = key.id and money.unit = 'nano-usd'
    and ${own('money')}
  left join allowance requests on requests.workspace = key.workspace and requests.key = key.id and requests.unit = 'requests'
    and ${own('requests')}
  where key.deleted_at is null`;

export async function addKey(
  sql: Sql,
  id: string,
  { workspace, name, hash, hint, reset, expiresAt, now, tags = [], role = 'inference' }: NewKey,
): Promise<void> {
  await sql.run(
    `insert into key (id, workspace, name, hash, hint, reset, expires_at, created_at, role, tags)
     values (:id, :workspace, :name, :hash, :hint, :reset, :expiresAt, :now, :role, :tags)`,
    { id, workspace, name, hash, hint, reset, expiresAt, now, role, tags: tags.join(',') },
  );
}

export async function findKey(sql: Sql, id: string): Promise<KeyRow | undefined> {
  const row = await sql.one(`${selectKeys} and key.id = :id`, { id });
  return row && toKeyRow(row);
}

export async function allKeys(sql: Sql): Promise<readonly KeyRow[]> {
  return (await sql.all(`${selectKeys} order by key.created_at, key.id`)).map(toKeyRow);
}

export async function keysOf(sql: Sql, workspace: string): Promise<readonly KeyRow[]> {
  const rows = await sql.all(`${selectKeys} and key.workspace = :workspace order by key.created_at, key.id`, {
    workspace,
  });
  return rows.map(toKeyRow);
}

/** False: there is no such key. */
export async function disableKey(sql: Sql, id: string, isDisabled: boolean): Promise<boolean> {
  const changes = await sql.run('update key set disabled = :disabled where id = :id and deleted_at is null', {
    id,
    disabled: isDisabled ? 1 : 0,
  });
  return changes === 1;
}

export function toKeyRow(row: Row): KeyRow {
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    workspace: text(row, 'workspace'),
    disabled: flag(row, 'disabled'),
    createdAt: whole(row, 'created_at'),
    expiresAt: wholeOrNull(row, 'expires_at'),
    limitNano: row.limit_nano === null ? null : amount(row, 'limit_nano'),
    limitRequests: wholeOrNull(row, 'limit_requests'),
    reset: word(row, 'reset', resets),
    role: word(row, 'role', roles),
    hint: text(row, 'hint'),
    tags: tagsOf(text(row, 'tags')),
    changedAt: wholeOrNull(row, 'changed_at'),
  };
}

function tagsOf(joined: string): readonly string[] {
  return joined === '' ? [] : joined.split(',');
}
