import type { DatabaseSync } from 'node:sqlite';
import { text } from './read-row.ts';

export function makeSettingRows(db: DatabaseSync) {
  const find = db.prepare('select value from setting where name = :name');
  const set = db.prepare(
    `insert into setting (name, value, changed_at) values (:name, :value, :now)
     on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at`,
  );
  return {
    find(name: string): string | undefined {
      const row = find.get({ name });
      return row && text(row, 'value');
    },
    set(setting: { readonly name: string; readonly value: string; readonly now: number }): void {
      set.run(setting);
    },
  };
}
