import { text } from './read-row.ts';
import type { Sql } from './sql.ts';

export async function findSetting(sql: Sql, name: string): Promise<string | undefined> {
  const row = await sql.one('select value from setting where name = :name', { name });
  return row && text(row, 'value');
}

export async function setSetting(
  sql: Sql,
  setting: { readonly name: string; readonly value: string; readonly now: number },
): Promise<void> {
  await sql.run(
    `insert into setting (name, value, changed_at) values (:name, :value, :now)
     on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at`,
    setting,
  );
}

/** What it is then: this value, or the one that somebody set before. */
export async function claimSetting(
  sql: Sql,
  { name, value, now }: { readonly name: string; readonly value: string; readonly now: number },
): Promise<string> {
  await sql.run(
    'insert into setting (name, value, changed_at) values (:name, :value, :now) on conflict (name) do nothing',
    { name, value, now },
  );
  return (await findSetting(sql, name)) ?? value;
}
