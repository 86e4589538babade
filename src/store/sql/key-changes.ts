import { type WindowKind, windowAt } from '#core/allowance/window.ts';
import type { NewId } from '../new-id.ts';
import type { KeyChange, KeyRow, NewKey } from '../store.ts';
import { addAllowance } from './allowance-rows.ts';
import { announce } from './change-store.ts';
import { findKey } from './key-rows.ts';
import { amount, text, whole } from './read-row.ts';
import type { Sql } from './sql.ts';
import { takeBackWarnings } from './warning-rows.ts';

export const windowOfReset = { daily: 'day', weekly: 'week', monthly: 'month', never: 'all' } as const satisfies Record<
  NewKey['reset'],
  WindowKind
>;

/** Changes what is named and leaves the rest. A limit that changes counts what its window has used already. */
export async function updateKey(sql: Sql, id: string, change: KeyChange, newId: NewId): Promise<KeyRow | undefined> {
  // The key's row is the lock of its limits.
  await sql.one(`select id from key where id = :id ${sql.forUpdate}`, { id });
  const key = await findKey(sql, id);
  if (!key) return undefined;
  const { now, ...fields } = change;
  const after = { ...key, ...fields };
  await sql.run(
    `update key set name = :name, disabled = :disabled, reset = :reset, expires_at = :expiresAt, tags = :tags,
       changed_at = :now
     where id = :id`,
    {
      id,
      name: after.name,
      disabled: after.disabled ? 1 : 0,
      reset: after.reset,
      expiresAt: after.expiresAt,
      tags: after.tags.join(','),
      now,
    },
  );
  const before = windowOfReset[key.reset];
  const shared = { id, workspace: key.workspace, window: windowOfReset[after.reset], before, now };
  await setLimit(sql, { ...shared, unit: 'nano-usd', limit: after.limitNano }, newId);
  const requests = after.limitRequests === null ? null : BigInt(after.limitRequests);
  await setLimit(sql, { ...shared, unit: 'requests', limit: requests }, newId);
  await announce(sql, 'key', id, now);
  return await findKey(sql, id);
}

/** The key is refused from now on and no longer listed; what it used stays in the books and the usage log. */
export async function deleteKey(sql: Sql, id: string, now: number): Promise<boolean> {
  const changes = await sql.run('update key set deleted_at = :now where id = :id and deleted_at is null', { id, now });
  if (changes === 1) await announce(sql, 'key', id, now);
  return changes === 1;
}

type Limit = {
  readonly id: string;
  readonly workspace: string;
  readonly unit: 'nano-usd' | 'requests';
  readonly window: WindowKind;
  /** The window of the key's limits until now. */
  readonly before: WindowKind;
  readonly limit: bigint | null;
  readonly now: number;
};

async function setLimit(sql: Sql, limit: Limit, newId: NewId): Promise<void> {
  const known = await findLimit(sql, limit, limit.before);
  const isMoved = limit.window !== limit.before;
  if (known && (isMoved || limit.limit === null)) {
    await sql.run('update allowance set ended_at = :now where id = :id', { now: limit.now, id: known.id });
  }
  if (limit.limit === null) return;
  // Where it moves to there may be one already, which was set as a limit of its own: it is that one then.
  const there = isMoved ? await findLimit(sql, limit, limit.window) : known;
  if (!there) await beginLimit(sql, { ...limit, limit: limit.limit }, newId);
  else if (there.limit !== limit.limit) await moveLimit(sql, there.id, { ...limit, limit: limit.limit });
}

async function findLimit(sql: Sql, { workspace, id, unit }: Limit, window: WindowKind) {
  const row = await sql.one(
    `select id, "limit" from allowance
     where workspace = :workspace and key = :id and unit = :unit and ended_at is null
       and model is null and counts = 'spent' and zone = 'UTC' and "window" = :window and rule is null`,
    { workspace, id, unit, window },
  );
  return row && { id: text(row, 'id'), limit: amount(row, 'limit') };
}

type SetLimit = Limit & { readonly limit: bigint };

/** Where it falls below what is spent and leased, nothing is granted until that has come back: MONEY §2, I1. */
async function moveLimit(sql: Sql, allowance: string, { window, limit, now }: SetLimit): Promise<void> {
  const { id } = windowAt(window, now);
  await sql.run(
    `update allowance_window set "limit" = :limit,
       lowered_at = case when spent + leased > :limit then :now else lowered_at end
     where allowance = :allowance and "window" = :window`,
    { allowance, window: id, limit, now },
  );
  await sql.run('update allowance set "limit" = :limit, version = version + 1 where id = :allowance', {
    allowance,
    limit,
  });
  await takeBackWarnings(sql, allowance);
}

/** A limit on a key that was used already: its window begins with what was used in it. */
async function beginLimit(sql: Sql, { id: key, workspace, unit, window, limit, now }: SetLimit, newId: NewId) {
  const allowance = newId('alw');
  await addAllowance(sql, { id: allowance, of: 'key', workspace, key, unit, window, limit });
  const used = await usedIn(sql, { key, unit, window, now });
  if (used === 0n) return;
  await sql.run(
    `insert into allowance_window (allowance, "window", "limit", spent, lowered_at)
     values (:allowance, :window, :limit, :used, :loweredAt)`,
    { allowance, window: windowAt(window, now).id, limit, used, loweredAt: used > limit ? now : null },
  );
}

async function usedIn(sql: Sql, ask: { key: string; unit: Limit['unit']; window: WindowKind; now: number }) {
  const { key, unit, window, now } = ask;
  // What others broke counts against no limit of requests.
  const column = unit === 'requests' ? 'requests - failed' : 'charge';
  if (window === 'all') {
    const row =
      unit === 'requests'
        ? await sql.one(`select coalesce(sum(${column}), 0) as used from usage_hour where key = :key`, { key })
        : await sql.one('select charge as used from key_usage where key = :key', { key });
    return row ? amount(row, 'used') : 0n;
  }
  const { id } = windowAt(window, now);
  const rows = await sql.all(
    `select hour, sum(${column}) as used from usage_hour where key = :key and hour >= :from group by hour`,
    { key, from: Math.floor(now / 3_600_000) - 31 * 24 },
  );
  return rows
    .filter((row) => windowAt(window, whole(row, 'hour') * 3_600_000).id === id)
    .reduce((sum, row) => sum + amount(row, 'used'), 0n);
}
