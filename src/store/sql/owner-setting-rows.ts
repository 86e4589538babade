import { text } from './read-row.ts';
import type { Sql } from './sql.ts';

export async function ownerSettings(sql: Sql, owner: string): Promise<Readonly<Record<string, string>>> {
  const rows = await sql.all('select name, value from owner_setting where owner = :owner order by name', { owner });
  return Object.fromEntries(rows.map((row) => [text(row, 'name'), text(row, 'value')]));
}

export async function setOwnerSetting(
  sql: Sql,
  setting: { readonly owner: string; readonly name: string; readonly value: string; readonly now: number },
): Promise<void> {
  await sql.run(
    `insert into owner_setting (owner, name, value, changed_at) values (:owner, :name, :value, :now)
     on conflict (owner, name) do update set value = excluded.value, changed_at = excluded.changed_at`,
    setting,
  );
}
