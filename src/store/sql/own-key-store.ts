import { ownKeyUses } from '#core/routing/own-key.ts';
import type { OwnKeyRecord, OwnKeyStore } from '../own-keys.ts';
import { announce } from './change-store.ts';
import { flag, text, textOrNull, whole, word } from './read-row.ts';
import type { Database, Row, Sql } from './sql.ts';

const columns = `id, workspace, upstream, origin, name, "use", place, models, keys, disabled, sealed, hint, created_at, changed_at`;

/** Every change is announced as one of the workspace: its keys are looked up anew, with what they may use. */
export function makeOwnKeyStore(db: Database): OwnKeyStore {
  return {
    list: (workspace) => ownKeyRows(db, workspace),
    add: ({ now, ...key }) =>
      db.transaction(async (sql) => {
        const row = { ...key, createdAt: now, changedAt: now };
        await sql.run(
          `insert into own_key (${columns}) values (:id, :workspace, :upstream, :origin, :name, :use, :place, :models, :keys,
             :disabled, :sealed, :hint, :createdAt, :changedAt)`,
          { id: row.id, workspace: row.workspace, upstream: row.upstream, createdAt: now, ...toColumns(row) },
        );
        await announce(sql, 'workspace', key.workspace, now);
        return row;
      }),
    change: ({ id, workspace }, { now, ...change }) =>
      db.transaction(async (sql) => {
        const known = (await ownKeyRows(sql, workspace)).find((each) => each.id === id);
        if (!known) return undefined;
        const row = { ...known, ...change, changedAt: now };
        await sql.run(
          `update own_key set origin = :origin, name = :name, "use" = :use, place = :place, models = :models, keys = :keys,
             disabled = :disabled, sealed = :sealed, hint = :hint, changed_at = :changedAt where id = :id`,
          { id, ...toColumns(row) },
        );
        await announce(sql, 'workspace', workspace, now);
        return row;
      }),
    remove: ({ id, workspace, now }) =>
      db.transaction(async (sql) => {
        const known = (await ownKeyRows(sql, workspace)).some((each) => each.id === id);
        if (!known) return false;
        await sql.run('delete from own_key where id = :id', { id });
        await announce(sql, 'workspace', workspace, now);
        return true;
      }),
  };
}

/** In the order in which they are asked. */
export async function ownKeyRows(sql: Sql, workspace: string): Promise<readonly OwnKeyRecord[]> {
  const rows = await sql.all(
    `select ${columns} from own_key where workspace = :workspace order by place, created_at, id`,
    { workspace },
  );
  return rows.map(toRecord);
}

function toColumns(row: OwnKeyRecord) {
  const { origin, name, use, place, sealed, hint, changedAt } = row;
  const [models, keys] = [listOrNull(row.models), listOrNull(row.keys)];
  return { origin, name, use, place, models, keys, disabled: row.disabled ? 1 : 0, sealed, hint, changedAt };
}

function listOrNull(list: readonly string[] | null): string | null {
  return list === null ? null : JSON.stringify(list);
}

function toRecord(row: Row): OwnKeyRecord {
  return {
    id: text(row, 'id'),
    workspace: text(row, 'workspace'),
    upstream: text(row, 'upstream'),
    origin: text(row, 'origin'),
    name: text(row, 'name'),
    use: word(row, 'use', ownKeyUses),
    place: whole(row, 'place'),
    models: readList(row, 'models'),
    keys: readList(row, 'keys'),
    disabled: flag(row, 'disabled'),
    sealed: text(row, 'sealed'),
    hint: text(row, 'hint'),
    createdAt: whole(row, 'created_at'),
    changedAt: whole(row, 'changed_at'),
  };
}

function readList(row: Row, name: string): readonly string[] | null {
  const value = textOrNull(row, name);
  // A parser: the column holds what `listOrNull` wrote there.
  return value === null ? null : (JSON.parse(value) as readonly string[]);
}
