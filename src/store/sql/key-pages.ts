import type { KeyPage, KeyPageAsk, KeyPages } from '../key-page.ts';
import { selectKeys, toKeyRow } from './key-rows.ts';
import { amount, text, whole } from './read-row.ts';
import type { Database, Sql } from './sql.ts';

export function makeKeyPages(db: Database): KeyPages {
  return {
    keyPage: (ask) => keyPage(db, ask),
    async keyIds(workspace) {
      const rows = await db.all('select id from key where workspace = :workspace and deleted_at is null', {
        workspace,
      });
      return rows.map((row) => text(row, 'id'));
    },
    async keyNames(ids) {
      if (ids.length === 0) return new Map();
      const rows = await db.all('select id, name from key where id in (:ids*) and deleted_at is null', { ids });
      return new Map(rows.map((row) => [text(row, 'id'), text(row, 'name')]));
    },
  };
}

async function keyPage(sql: Sql, ask: KeyPageAsk): Promise<KeyPage> {
  const { workspace, offset, limit, withDisabled, search, now } = ask;
  const parts = ['key.workspace = :workspace'];
  if (!withDisabled) parts.push('key.disabled = 0');
  if (search !== undefined)
    parts.push(`(lower(key.name) like :like escape '!' or lower(key.tags) like :like escape '!'
      or key.id = :search or key.hint = :search)`);
  const where = parts.join(' and ');
  const like = `%${(search ?? '').toLowerCase().replace(/[!%_]/g, '!$&')}%`;
  const words = { workspace, ...(search === undefined ? {} : { search, like }) };
  const rows = await sql.all(`${selectKeys} and ${where} order by key.created_at, key.id limit :limit offset :offset`, {
    ...words,
    limit,
    offset,
  });
  const sums = await sql.one(
    `select count(*) as found,
       coalesce(sum(case when key.disabled = 0 and (key.expires_at is null or key.expires_at > :now) then 1 else 0 end), 0)
         as working,
       cast(coalesce(sum(key_usage.charge), 0) as bigint) as paid
     from key left join key_usage on key_usage.key = key.id
     where key.deleted_at is null and ${where}`,
    { ...words, now },
  );
  const of = sums ?? {};
  return {
    rows: rows.map(toKeyRow),
    found: whole(of, 'found'),
    working: whole(of, 'working'),
    paid: amount(of, 'paid'),
  };
}
