import type { DatabaseSync } from 'node:sqlite';
import type { CallerFound, StoredAllowance } from '../store.ts';
import { amount, flag, type Row, text, whole, wholeOrNull, word } from './read-row.ts';

type Caller = { readonly sequence: number; readonly found: CallerFound };

/** Who holds this key, and the change sequence at which that was read: one statement, so the two belong together. */
export function makeCallerByHash(db: DatabaseSync): (hash: string, now: number) => Caller {
  const find = db.prepare(
    `select change_head.sequence, key.id as key, key.disabled, key.expires_at, workspace.id as workspace, workspace.wallet,
       allowance.id, allowance.owner, allowance.unit, allowance."window", allowance."limit"
     from change_head
     left join key on key.hash = :hash
     left join workspace on workspace.id = key.workspace
     left join allowance
       on allowance.workspace = key.workspace and (allowance.key is null or allowance.key = key.id)
     where change_head.one = 1
     order by case allowance.owner when 'wallet' then 0 when 'workspace' then 1 else 2 end, allowance.unit, allowance.id`,
  );
  find.setReadBigInts(true);
  return (hash, now) => {
    const rows = find.all({ hash });
    const [first = {}] = rows;
    return { sequence: whole(first, 'sequence'), found: toFound(first, rows, now) };
  };
}

function toFound(first: Row, rows: readonly Row[], now: number): CallerFound {
  if (first.key === null) return { state: 'unknown' };
  if (flag(first, 'disabled')) return { state: 'disabled' };
  const expiresAt = wholeOrNull(first, 'expires_at');
  if (expiresAt !== null && expiresAt <= now) return { state: 'expired' };
  return {
    state: 'known',
    key: text(first, 'key'),
    workspace: text(first, 'workspace'),
    wallet: text(first, 'wallet'),
    expiresAt,
    allowances: rows.map(toAllowance),
    settings: {},
  };
}

function toAllowance(row: Row): StoredAllowance {
  return {
    id: text(row, 'id'),
    of: word(row, 'owner', ['wallet', 'key', 'workspace']),
    unit: word(row, 'unit', ['nano-usd', 'requests']),
    window: word(row, 'window', ['all', 'day', 'week', 'month']),
    limit: amount(row, 'limit'),
  };
}
