import type { DatabaseSync } from 'node:sqlite';
import type { CallerFound, StoredAllowance } from '../store.ts';
import { makeOwnerSettingRows } from './owner-setting-rows.ts';
import { amount, flag, type Row, text, whole, wholeOrNull, word } from './read-row.ts';

type Caller = { readonly sequence: number; readonly found: CallerFound };

const allowance = 'allowance.id, allowance.owner, allowance.unit, allowance."window", allowance."limit"';

/**
 * Who holds this key, and the change sequence at which that was read: one statement, so the two belong together. Each
 * kind of allowance is looked up by itself, since a workspace may have many keys.
 */
export function makeCallerByHash(db: DatabaseSync): (hash: string, now: number) => Caller {
  const find = db.prepare(
    `with caller as (
       select change_head.sequence, key.id as key, key.disabled, key.expires_at, workspace.id as workspace, workspace.wallet
       from change_head
       left join key on key.hash = :hash
       left join workspace on workspace.id = key.workspace
       where change_head.one = 1)
     select 0 as place, caller.*, ${allowance} from caller left join allowance on allowance.id = caller.wallet
     union all
     select 1 as place, caller.*, ${allowance} from caller
       join allowance on allowance.workspace = caller.workspace and allowance.key is null and allowance.owner = 'workspace'
     union all
     select 2 as place, caller.*, ${allowance} from caller
       join allowance on allowance.workspace = caller.workspace and allowance.key = caller.key
     order by place, unit, id`,
  );
  find.setReadBigInts(true);
  const settings = makeOwnerSettingRows(db);
  return (hash, now) => {
    const rows = find.all({ hash });
    const [first = {}] = rows;
    const found = toFound(first, rows, now);
    if (found.state !== 'known') return { sequence: whole(first, 'sequence'), found };
    // The key's own word comes before its workspace's. A change between the two reads has a higher sequence.
    const own = { ...settings.all(found.workspace), ...settings.all(found.key) };
    return { sequence: whole(first, 'sequence'), found: { ...found, settings: own } };
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
