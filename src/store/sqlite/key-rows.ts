import type { DatabaseSync } from 'node:sqlite';
import type { KeyRow, NewKey } from '../store.ts';
import { amount, flag, type Row, text, whole, wholeOrNull, word } from './read-row.ts';

const resets = ['daily', 'weekly', 'monthly', 'never'] as const;

// A key has at most one allowance of each unit.
const select = `select key.id, key.name, key.workspace, key.disabled, key.reset, key.expires_at, key.created_at,
    money."limit" as limit_nano, requests."limit" as limit_requests
  from key
  left join allowance money on money.workspace = key.workspace and money.key = key.id and money.unit = 'nano-usd'
  left join allowance requests on requests.workspace = key.workspace and requests.key = key.id and requests.unit = 'requests'`;

export function makeKeyRows(db: DatabaseSync) {
  const add = db.prepare(
    `insert into key (id, workspace, name, hash, hint, reset, expires_at, created_at)
     values (:id, :workspace, :name, :hash, :hint, :reset, :expiresAt, :now)`,
  );
  const find = db.prepare(`${select} where key.id = :id`);
  const all = db.prepare(`${select} order by key.created_at, key.id`);
  const ofWorkspace = db.prepare(`${select} where key.workspace = :workspace order by key.created_at, key.id`);
  const disable = db.prepare('update key set disabled = :disabled where id = :id');
  for (const statement of [find, all, ofWorkspace]) statement.setReadBigInts(true);
  return {
    add(id: string, { workspace, name, hash, hint, reset, expiresAt, now }: NewKey): void {
      add.run({ id, workspace, name, hash, hint, reset, expiresAt, now });
    },
    find(id: string): KeyRow | undefined {
      const row = find.get({ id });
      return row && toKeyRow(row);
    },
    all(workspace: string | undefined): readonly KeyRow[] {
      return (workspace === undefined ? all.all() : ofWorkspace.all({ workspace })).map(toKeyRow);
    },
    /** False: there is no such key. */
    setDisabled(id: string, disabled: boolean): boolean {
      return Number(disable.run({ id, disabled: disabled ? 1 : 0 }).changes) === 1;
    },
  };
}

function toKeyRow(row: Row): KeyRow {
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
  };
}
