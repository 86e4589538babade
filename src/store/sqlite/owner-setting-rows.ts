import type { DatabaseSync } from 'node:sqlite';
import { text } from './read-row.ts';

export function makeOwnerSettingRows(db: DatabaseSync) {
  const all = db.prepare('select name, value from owner_setting where owner = :owner order by name');
  const set = db.prepare(
    `insert into owner_setting (owner, name, value, changed_at) values (:owner, :name, :value, :now)
     on conflict (owner, name) do update set value = excluded.value, changed_at = excluded.changed_at`,
  );
  return {
    all(owner: string): Readonly<Record<string, string>> {
      return Object.fromEntries(all.all({ owner }).map((row) => [text(row, 'name'), text(row, 'value')]));
    },
    set(setting: {
      readonly owner: string;
      readonly name: string;
      readonly value: string;
      readonly now: number;
    }): void {
      set.run(setting);
    },
  };
}
