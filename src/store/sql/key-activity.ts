import type { KeyActivity, Sighting } from '../abuse-cases.ts';
import type { GenerationRow } from '../store.ts';
import { text, textOrNull, whole } from './read-row.ts';
import type { Sql } from './sql.ts';

const hourMs = 3_600_000;
const weekHours = 7 * 24;
const keysMax = 10_000;
/** Of one key in a week: more are no news. */
const networksMax = 1_000;

const hours = {
  table: 'key_hour',
  columns: ['key', 'hour', 'requests', 'refused', 'abandoned'],
  otherwise: `on conflict (key, hour) do update set requests = key_hour.requests + excluded.requests,
    refused = key_hour.refused + excluded.refused, abandoned = key_hour.abandoned + excluded.abandoned`,
};

/** Counts what ended by key and hour, in the transaction that posts it. */
export async function countKeyHours(sql: Sql, generations: readonly GenerationRow[]): Promise<void> {
  const sums = new Map<string, { key: string; hour: number; requests: number; refused: number; abandoned: number }>();
  for (const row of generations) {
    const hour = Math.floor(row.at / hourMs);
    const id = `${row.key} ${hour}`;
    const sum = sums.get(id) ?? { key: row.key, hour, requests: 0, refused: 0, abandoned: 0 };
    sums.set(id, sum);
    sum.requests += 1;
    if (row.endReason === 'refused') sum.refused += 1;
    if (isAbandoned(row)) sum.abandoned += 1;
  }
  await sql.insert(
    hours,
    [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum),
  );
}

/** Its caller left before any upstream had answered: MONEY §8. */
function isAbandoned({ endReason, endpoint }: GenerationRow): boolean {
  return endReason === 'caller_left' && endpoint === null;
}

/** The hour in which a key pays for the input of what it abandons: after one in which that was above 3 % of its requests. */
export async function abandonHourOf(sql: Sql, key: string, now: number): Promise<number | null> {
  const hour = Math.floor(now / hourMs);
  const row = await sql.one('select requests, abandoned from key_hour where key = :key and hour = :before', {
    key,
    before: hour - 1,
  });
  return row && whole(row, 'abandoned') * 100 > whole(row, 'requests') * 3 ? hour : null;
}

export async function recordSightings(sql: Sql, sightings: readonly Sighting[], now: number): Promise<void> {
  const hour = Math.floor(now / hourMs);
  for (const { key, week, networks, endUsers } of sightings.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    const known = await sql.one('select count(*) as count from key_network where key = :key and week = :week', {
      key,
      week,
    });
    const room = networksMax - whole(known ?? {}, 'count');
    await sql.insert(
      {
        table: 'key_network',
        columns: ['key', 'week', 'network', 'country', 'first_at'],
        otherwise: 'on conflict (key, week, network) do nothing',
      },
      networks
        .slice(0, Math.max(0, room))
        .map(({ hash, country }) => ({ key, week, network: hash, country, first_at: now })),
    );
    if (endUsers === 0) continue;
    await sql.insert(
      {
        table: 'key_end_users',
        columns: ['key', 'hour', 'count'],
        otherwise: `on conflict (key, hour) do update set count =
          case when excluded.count > key_end_users.count then excluded.count else key_end_users.count end`,
      },
      [{ key, hour, count: endUsers }],
    );
  }
}

/** Hashes of two weeks cannot be compared, so a network is new within its week; a country is a word and can. */
export async function keyActivity(sql: Sql, now: number): Promise<readonly KeyActivity[]> {
  const hour = Math.floor(now / hourMs);
  const rows = await sql.all(
    `select key_hour.key, key.workspace, key_hour.requests, key_hour.refused, key_hour.abandoned,
       (select value from owner_setting where owner = key.workspace and name = 'abuse') as setting,
       coalesce((select count from key_end_users where key_end_users.key = key_hour.key and key_end_users.hour = :hour), 0) as end_users,
       coalesce((select cast(sum(requests) / count(*) as bigint) from key_hour as before where before.key = key_hour.key
         and before.hour < :hour and before.hour >= :weekAgo), 0) as usual,
       (select count(*) from key_network where key_network.key = key_hour.key) as networks,
       (select count(*) from key_network where key_network.key = key_hour.key and first_at >= :hourMs) as new_networks,
       (select count(distinct country) from key_network where key_network.key = key_hour.key and country <> '') as countries,
       (select count(distinct country) from key_network as met where met.key = key_hour.key and met.country <> ''
         and met.first_at >= :hourMs and not exists (select 1 from key_network as old where old.key = met.key
           and old.country = met.country and old.first_at < :hourMs)) as new_countries
     from key_hour join key on key.id = key_hour.key
     where key_hour.hour = :hour order by key_hour.requests desc limit ${keysMax}`,
    { hour, weekAgo: hour - weekHours, hourMs: hour * hourMs },
  );
  return rows.map((row) => ({
    key: text(row, 'key'),
    workspace: text(row, 'workspace'),
    setting: textOrNull(row, 'setting') ?? undefined,
    requests: whole(row, 'requests'),
    refused: whole(row, 'refused'),
    abandoned: whole(row, 'abandoned'),
    endUsers: whole(row, 'end_users'),
    usualRequests: whole(row, 'usual'),
    networks: whole(row, 'networks'),
    countries: whole(row, 'countries'),
    newNetworks: whole(row, 'new_networks'),
    newCountries: whole(row, 'new_countries'),
  }));
}
