import type { SubProcessorKey, SubProcessorRow } from '../notice-store.ts';
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
  for (const { name, provider, seller } of all) {
    const added = await sql.run(
      `insert into sub_processor (name, provider, seller, since, from_day)
       values (:name, :provider, :seller, :now, :fromDay) on conflict (name, provider, seller) do nothing`,
      { name, provider, seller, now, fromDay: isFirst ? 0 : fromDay },
    );
    if (added === 0 || isFirst) continue;
    news.push({ name, provider, seller });
    const about = { kind: 'sub-processor', subject: name, material: true } as const;
    await tellNotice(sql, { id: noticeId({ name, provider, seller }), ...about, at: now, effective: fromDay * dayMs });
  }
  return news;
}

/** An upstream that became another provider's is told of anew. */
function noticeId({ name, provider, seller }: SubProcessorKey): string {
  return `sub-processor ${name} ${provider} ${seller}`;
}

export async function readSubProcessors(sql: Sql): Promise<readonly SubProcessorRow[] | undefined> {
  const isEntered = await sql.one('select name from setting where name = :name', { name: sinceName });
  if (!isEntered) return undefined;
  const rows = await sql.all('select name, provider, seller, since, from_day, reason from sub_processor order by name');
  return rows.map((row) => ({
    name: text(row, 'name'),
    provider: text(row, 'provider'),
    seller: text(row, 'seller'),
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
     where name = :name and provider = :provider and seller = :seller and from_day > :fromDay`,
    row,
  );
  if (changes === 0) return false;
  const { name, provider, seller, fromDay } = change;
  await sql.run('update notice set effective = :effective where id = :id', {
    id: noticeId({ name, provider, seller }),
    effective: fromDay * dayMs,
  });
  await announce(sql, 'catalogue', 'notice', now);
  return true;
}
