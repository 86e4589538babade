import type { AbuseAction, AbuseCase, AbuseReason, AbuseStore, NewAbuseCase } from '../abuse-cases.ts';
import type { NewId } from '../new-id.ts';
import { announce } from './change-store.ts';
import { keyActivity, recordSightings } from './key-activity.ts';
import { text, whole, wholeOrNull, word } from './read-row.ts';
import type { Database, Row, Sql } from './sql.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const casesMax = 1_000;
const hoursKept = 8 * 24;
const networksKeptMs = 14 * dayMs;
const casesKeptMs = 365 * dayMs;

const reasons = [
  ...(['velocity', 'new-networks', 'new-country', 'error-ratio'] as const),
  ...(['abandoned-share', 'many-end-users', 'leaked-key'] as const),
] as const satisfies readonly AbuseReason[];
const actions = ['none', 'ask', 'slow', 'stop'] as const satisfies readonly AbuseAction[];

export function makeAbuseStore(db: Database, newId: NewId): AbuseStore {
  return {
    sighted: (sightings, now) => db.transaction((sql) => recordSightings(sql, sightings, now)),
    activity: (now) => keyActivity(db, now),
    open: (found) => db.transaction((sql) => openCase(sql, found, newId)),
    case: (id) => findCase(db, id),
    cases: (workspace) => casesOf(db, workspace),
    appeal: (id, now) => db.transaction((sql) => appeal(sql, id, now)),
    decide: (id, as) => db.transaction((sql) => decide(sql, id, as)),
    async forget(now) {
      await db.run('delete from key_hour where hour < :hour', { hour: Math.floor(now / hourMs) - hoursKept });
      await db.run('delete from key_end_users where hour < :hour', { hour: Math.floor(now / hourMs) - hoursKept });
      await db.run('delete from key_network where first_at < :before', { before: now - networksKeptMs });
      // What was hashed under it can be joined with nothing any more.
      await db.run(`delete from setting where name like 'network-key:%' and changed_at < :before`, {
        before: now - networksKeptMs,
      });
      // What still holds of a key stays: with it the key would be let go.
      await db.run(
        `delete from abuse_case where opened_at < :before
           and (action not in ('slow', 'stop') or state = 'lifted' or until <= :now)`,
        { before: now - casesKeptMs, now },
      );
    },
  };
}

/** What holds of a key now. The strictest counts. */
export async function measuresOf(
  sql: Sql,
  key: string,
  now: number,
): Promise<{ readonly slowedBy: string | undefined; readonly isStopped: boolean }> {
  const rows = await sql.all(
    `select id, action from abuse_case where key = :key and action in ('slow', 'stop') and state <> 'lifted'
       and (until is null or until > :now)`,
    { key, now },
  );
  const slow = rows.find((row) => row.action === 'slow');
  return { slowedBy: slow && text(slow, 'id'), isStopped: rows.some((row) => row.action === 'stop') };
}

async function openCase(sql: Sql, found: NewAbuseCase, newId: NewId): Promise<AbuseCase | undefined> {
  const { workspace, key, reason, counted, usual, action, until, now } = found;
  const id = newId('abu');
  const added = await sql.insert(
    {
      table: 'abuse_case',
      columns: ['id', 'workspace', 'key', 'reason', 'counted', 'usual', 'action', 'state', 'day', 'opened_at', 'until'],
      otherwise: 'on conflict (key, reason, day) do nothing',
      returning: 'id',
    },
    [
      {
        id,
        workspace,
        key,
        reason,
        counted,
        usual,
        action,
        state: 'open',
        day: Math.floor(now / dayMs),
        opened_at: now,
        until,
      },
    ],
  );
  if (added.length === 0) return undefined;
  if (action === 'slow' || action === 'stop') await announce(sql, 'key', key, now);
  return await findCase(sql, id);
}

async function appeal(sql: Sql, id: string, now: number): Promise<AbuseCase | undefined> {
  const changes = await sql.run(
    `update abuse_case set state = 'appealed', appealed_at = :now where id = :id and state in ('open', 'upheld')`,
    { id, now },
  );
  return changes === 1 ? await findCase(sql, id) : undefined;
}

async function decide(
  sql: Sql,
  id: string,
  { action, until, now }: { readonly action: AbuseAction; readonly until: number | null; readonly now: number },
): Promise<AbuseCase | undefined> {
  const state = action === 'none' ? 'lifted' : 'upheld';
  const changes = await sql.run(
    'update abuse_case set state = :state, action = :action, until = :until, decided_at = :now where id = :id',
    { id, state, action, until, now },
  );
  if (changes !== 1) return undefined;
  const decided = await findCase(sql, id);
  if (decided) await announce(sql, 'key', decided.key, now);
  return decided;
}

const select = `select id, workspace, key, reason, counted, usual, action, state, opened_at, until, appealed_at, decided_at
  from abuse_case`;

async function findCase(sql: Sql, id: string): Promise<AbuseCase | undefined> {
  const row = await sql.one(`${select} where id = :id`, { id });
  return row && toCase(row);
}

async function casesOf(sql: Sql, workspace: string | undefined): Promise<readonly AbuseCase[]> {
  const where = workspace === undefined ? '' : 'where workspace = :workspace';
  const rows = await sql.all(
    `${select} ${where} order by opened_at desc, id limit ${casesMax}`,
    workspace === undefined ? {} : { workspace },
  );
  return rows.map(toCase);
}

function toCase(row: Row): AbuseCase {
  return {
    id: text(row, 'id'),
    workspace: text(row, 'workspace'),
    key: text(row, 'key'),
    reason: word(row, 'reason', reasons),
    counted: whole(row, 'counted'),
    usual: whole(row, 'usual'),
    action: word(row, 'action', actions),
    state: word(row, 'state', ['open', 'appealed', 'upheld', 'lifted']),
    openedAt: whole(row, 'opened_at'),
    until: wholeOrNull(row, 'until'),
    appealedAt: wholeOrNull(row, 'appealed_at'),
    decidedAt: wholeOrNull(row, 'decided_at'),
  };
}
