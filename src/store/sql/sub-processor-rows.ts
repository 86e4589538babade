import type { SubProcessorKey } from '#core/privacy/notices/sub-processors.ts';
import type { SubProcessorRow } from '../notice-store.ts';
import { announce } from './change-store.ts';
import { text, textOrNull, whole } from './read-row.ts';
import type { Sql } from './sql.ts';
import { tellNotice } from './tell-notice.ts';

const sinceName = 'sub_processors_since';
const dayMs = 86_400_000;

/** Of replicas that start for the first time at once, one says what is there; the others wait for its row, and agree. */
export async function enterSubProcessors(
  sql: Sql,
  all: readonly SubProcessorKey[],
  { now, fromDay }: { readonly now: number; readonly fromDay: number },
): Promise<readonly SubProcessorKey[]> {
  const isFirst =
    (await sql.run(
      `insert into setting (name, value, changed_at) values (:name, :value, :now) on conflict (name) do nothing`,
      { name: sinceName, value: String(now), now },
    )) === 1;
  const news: SubProcessorKey[] = [];
  for (const { name, provider, seller, host } of all) {
    const key = { name, provider, seller, host };
    const known = `name = :name and provider = :provider and seller = :seller and host = ''`;
    if ((await sql.run(`update sub_processor set host = :host where ${known}`, key)) === 1) continue;
    const added = await sql.run(
      `insert into sub_processor (name, provider, seller, host, since, from_day)
       values (:name, :provider, :seller, :host, :now, :fromDay) on conflict (name, provider, seller, host) do nothing`,
      { ...key, now, fromDay: isFirst ? 0 : fromDay },
    );
    if (added === 0 || isFirst) continue;
    news.push(key);
    const about = { kind: 'sub-processor', subject: name, material: true } as const;
    await tellNotice(sql, { id: noticeId(key), ...about, at: now, effective: fromDay * dayMs });
  }
  return news;
}

/** An upstream that became another provider's, or moved to another host, is told of anew. */
function noticeId({ host, ...key }: SubProcessorKey): string {
  return `${earlierNoticeId(key)} ${host}`;
}

/** Of an upstream that was told of before hosts were. */
function earlierNoticeId({ name, provider, seller }: Omit<SubProcessorKey, 'host'>): string {
  return `sub-processor ${name} ${provider} ${seller}`;
}

export async function readSubProcessors(sql: Sql): Promise<readonly SubProcessorRow[] | undefined> {
  const isEntered = await sql.one('select name from setting where name = :name', { name: sinceName });
  if (!isEntered) return undefined;
  const rows = await sql.all(
    'select name, provider, seller, host, since, from_day, reason from sub_processor order by name',
  );
  return rows.map((row) => ({
    name: text(row, 'name'),
    provider: text(row, 'provider'),
    seller: text(row, 'seller'),
    host: text(row, 'host'),
    since: whole(row, 'since'),
    fromDay: whole(row, 'from_day'),
    reason: textOrNull(row, 'reason'),
  }));
}

export async function bringForward(
  sql: Sql,
  change: SubProcessorKey & { readonly fromDay: number; readonly reason: string; readonly now: number },
): Promise<boolean> {
  const { now, ...row } = change;
  const changes = await sql.run(
    `update sub_processor set from_day = :fromDay, reason = :reason
     where name = :name and provider = :provider and seller = :seller and host = :host and from_day > :fromDay`,
    row,
  );
  if (changes === 0) return false;
  await sql.run('update notice set effective = :effective where id in (:ids*) and effective > :effective', {
    ids: [noticeId(change), earlierNoticeId(change)],
    effective: change.fromDay * dayMs,
  });
  await announce(sql, 'catalogue', 'notice', now);
  return true;
}
