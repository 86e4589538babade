import { joinSettings } from '#core/privacy/owner-settings.ts';
import type { OwnKeyRecord } from '../own-keys.ts';
import { isRestricted, restrictedEndUsers } from '../rights/restriction-rows.ts';
import type { CallerFound, StoredAllowance, StoredRate } from '../store.ts';
import { measuresOf } from './abuse-rows.ts';
import { openInspectionOf } from './inspection-rows.ts';
import { abandonHourOf } from './key-activity.ts';
import { roles } from './key-rows.ts';
import { stoppedOf } from './overrun-rows.ts';
import { ownKeyRows } from './own-key-store.ts';
import { ownerSettings } from './owner-setting-rows.ts';
import { amount, flag, text, textOrNull, whole, wholeOrNull, word } from './read-row.ts';
import type { Row, Sql } from './sql.ts';

const allowance = `allowance.id, allowance.owner, allowance.unit, allowance."window", allowance."limit",
  allowance.model, allowance.upstream, allowance.counts, allowance.end_user, allowance.of_all`;

/**
 * Who holds this key, and the change sequence at which that was read: one statement, so the two belong together. Each
 * kind of allowance is looked up by itself, since a workspace may have many keys.
 */
export async function callerByHash(
  sql: Sql,
  hash: string,
  now: number,
): Promise<{ readonly sequence: number; readonly found: CallerFound }> {
  const rows = await sql.all(
    `with secret as (
       select id as key, null as until from key where hash = :hash
       union all
       select key, until from key_secret where hash = :hash and until > :now),
     caller as (
       select change_head.sequence, secret.until, key.id as key, key.disabled, key.expires_at, key.role, workspace.id as workspace, workspace.wallet, workspace.closing_at
       from change_head
       left join secret on 1 = 1
       left join key on key.id = secret.key and key.deleted_at is null
       left join workspace on workspace.id = key.workspace
       where change_head.one = 1)
     select 0 as place, caller.*, ${allowance} from caller left join allowance on allowance.id = caller.wallet
     union all
     select 1 as place, caller.*, ${allowance} from caller
       join allowance on allowance.workspace = caller.workspace and allowance.key is null and allowance.owner = 'workspace'
         and allowance.of_all = 0 and allowance.rule is null and allowance.ended_at is null
     union all
     select 2 as place, caller.*, ${allowance} from caller
       join allowance on allowance.workspace = caller.workspace and allowance.key = caller.key and allowance.rule is null
         and allowance.ended_at is null
     union all
     select 3 as place, caller.*, ${allowance} from caller
       join allowance on allowance.of_all = 1 and allowance.ended_at is null
       where caller.key is not null
     order by place, unit, id`,
    { hash, now },
  );
  const [first = {}] = rows;
  const sequence = whole(first, 'sequence');
  const found = toFound(first, rows, now);
  if (found.state !== 'known') return { sequence, found };
  // The key's own word comes before its workspace's. A change between the two reads has a higher sequence.
  const ofWorkspace: Readonly<Record<string, string>> = await ownerSettings(sql, found.workspace);
  // Set by operators alone: no key of a frozen workspace does anything.
  if (ofWorkspace.frozen === 'on') return { sequence, found: { state: 'disabled' } };
  const settings = joinSettings(ofWorkspace, await ownerSettings(sql, found.key));
  const measures = await measuresOf(sql, found.key, now);
  if (measures.isStopped) return { sequence, found: { state: 'disabled' } };
  const rates = await ratesOf(sql, found);
  const all = measures.slowedBy === undefined ? rates : [...rates, slowRate(measures.slowedBy)];
  const paysAbandonedIn = await abandonHourOf(sql, found.key, now);
  const ownKeys = await ownKeysFor(sql, found);
  const stoppedEndpoints = await stoppedOf(sql, found.workspace);
  const rest = {
    isRestricted: await isRestricted(sql, found.workspace),
    restrictedEndUsers: (await restrictedEndUsers(sql, found.workspace)).map(({ subject }) => subject),
    inspection: await openInspectionOf(sql, found.workspace, now),
  };
  return { sequence, found: { ...found, ...rest, settings, rates: all, paysAbandonedIn, ownKeys, stoppedEndpoints } };
}

/** Until a person has looked at it. */
function slowRate(id: string): StoredRate {
  return { id, of: 'key', unit: 'requests', model: null, perMinute: 10, burst: 10 };
}

/** Those of its workspace's keys at providers that this key may use. */
async function ownKeysFor(
  sql: Sql,
  { workspace, key }: { workspace: string; key: string },
): Promise<readonly OwnKeyRecord[]> {
  const rows = await ownKeyRows(sql, workspace);
  return rows.filter(({ disabled, keys }) => !disabled && (keys === null || keys.includes(key)));
}

async function ratesOf(
  sql: Sql,
  { workspace, key }: { workspace: string; key: string },
): Promise<readonly StoredRate[]> {
  const rows = await sql.all(
    `select id, key, unit, model, per_minute, burst, end_user from rate
     where workspace = :workspace and (key is null or key = :key) and ended_at is null order by id`,
    { workspace, key },
  );
  return rows.map((row) => ({
    id: text(row, 'id'),
    of: ownerOfRate(row),
    unit: word(row, 'unit', ['requests', 'tokens']),
    model: textOrNull(row, 'model'),
    perMinute: whole(row, 'per_minute'),
    burst: whole(row, 'burst'),
  }));
}

function ownerOfRate(row: Row): StoredRate['of'] {
  if (row.end_user !== null) return 'end user';
  return row.key === null ? 'workspace' : 'key';
}

function toFound(first: Row, rows: readonly Row[], now: number): CallerFound {
  if (first.key === null) return { state: 'unknown' };
  // Of a workspace that is being deleted no key does anything.
  if (flag(first, 'disabled') || first.closing_at !== null) return { state: 'disabled' };
  // A secret that was replaced ends by itself, whatever the key does.
  const ends = [wholeOrNull(first, 'expires_at'), wholeOrNull(first, 'until')].filter((end) => end !== null);
  const expiresAt = ends.length === 0 ? null : Math.min(...ends);
  if (expiresAt !== null && expiresAt <= now) return { state: 'expired' };
  return {
    state: 'known',
    key: text(first, 'key'),
    workspace: text(first, 'workspace'),
    wallet: text(first, 'wallet'),
    role: word(first, 'role', roles),
    expiresAt,
    allowances: rows.filter((row) => row.end_user === null).map(toAllowance),
    endUserRules: rows.filter((row) => row.end_user !== null).map(toAllowance),
    rates: [],
    settings: {},
    ownKeys: [],
    paysAbandonedIn: null,
    stoppedEndpoints: [],
    isRestricted: false,
    restrictedEndUsers: [],
    inspection: null,
  };
}

function ownerOf(row: Row): StoredAllowance['of'] {
  if (row.end_user !== null) return 'end user';
  return flag(row, 'of_all') ? 'operator' : word(row, 'owner', ['wallet', 'key', 'workspace']);
}

function toAllowance(row: Row): StoredAllowance {
  return {
    id: text(row, 'id'),
    of: ownerOf(row),
    unit: word(row, 'unit', ['nano-usd', 'requests']),
    window: word(row, 'window', ['all', 'day', 'week', 'month']),
    limit: amount(row, 'limit'),
    model: textOrNull(row, 'model'),
    upstream: textOrNull(row, 'upstream'),
    counts: word(row, 'counts', ['spent', 'open']),
  };
}
