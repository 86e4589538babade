import type { AlertStore, Delivery, DueDelivery, Told, Webhook } from '../alert-store.ts';
import { text, textOrNull, whole, word } from './read-row.ts';
import type { Row, Sql } from './sql.ts';
import { toWebhook, webhookColumns } from './webhook-rows.ts';

/** So many wait for one address; what is older is lost, and its list says so. */
const waitingMax = 1_000;
const noticesAtOnce = 500;
/** So long nothing else goes to an address where a message failed. */
const pauseOfOthersMs = 30_000;
/** Shorter than rows are kept, so that nothing is told twice; longer than a notice has to be ahead. */
const noticeMs = 60 * 86_400_000;

type NewId = (prefix: string) => string;

export async function tellOf(sql: Sql, { event, workspace, ...told }: Told, newId: NewId): Promise<number> {
  // Closed words, so that none is a part of another one between its quotes.
  const rows = await sql.all(
    `select id, workspace from webhook where (workspace = :workspace or workspace is null) and disabled is null
       and events like :event`,
    { workspace, event: `%"${event}"%` },
  );
  let added = 0;
  for (const row of rows) {
    const webhook = { id: text(row, 'id'), workspace: textOrNull(row, 'workspace') };
    added += await addDelivery(sql, webhook, { event, ...told }, newId);
  }
  return added;
}

/** Another keeper may have told of it before: then nothing is added. */
export async function addDelivery(
  sql: Sql,
  webhook: Pick<Webhook, 'id' | 'workspace'>,
  { event, about, body, now }: Omit<Told, 'workspace'>,
  newId: NewId,
): Promise<number> {
  const added = await sql.run(
    `insert into webhook_delivery (id, webhook, workspace, about, event, body, at, state, tries, next_at)
     values (:id, :webhook, :workspace, :about, :event, :body, :now, 'due', 0, :now)
     on conflict (webhook, about) do nothing`,
    { id: newId('msg'), webhook: webhook.id, workspace: webhook.workspace, about, event, body, now },
  );
  if (added === 1) {
    await sql.run(
      `update webhook_delivery set state = 'failed', answer = 'too-many', next_at = :now where id in (
         select id from webhook_delivery where webhook = :webhook and state = 'due' order by at desc, id limit 1000
         offset ${waitingMax})`,
      { webhook: webhook.id, now },
    );
  }
  return added;
}

/** What does not hold yet, or was told of a moment ago, to every address that wants it and was not told. */
export async function tellNotices(sql: Sql, now: number, newId: NewId): Promise<number> {
  const rows = await sql.all(
    `select webhook.id, webhook.workspace, notice.id as notice, notice.kind, notice.subject, notice.material, notice.at,
       notice.effective
     from notice cross join webhook
     where (notice.effective > :now or notice.at > :recent) and notice.at > :oldest and webhook.disabled is null
       and webhook.events like '%"' || notice.kind || '-announced"%'
       and not exists (select 1 from webhook_delivery
         where webhook_delivery.webhook = webhook.id and webhook_delivery.about = 'notice ' || notice.id)
     order by notice.at, webhook.id limit ${noticesAtOnce}`,
    { now, recent: now - 86_400_000, oldest: now - noticeMs },
  );
  let added = 0;
  for (const row of rows) {
    const webhook = { id: text(row, 'id'), workspace: textOrNull(row, 'workspace') };
    const kind = word(row, 'kind', ['policy', 'sub-processor']);
    const event = `${kind}-announced` as const;
    const told = { event, about: `notice ${text(row, 'notice')}`, body: noticeBody(event, row), now };
    added += await addDelivery(sql, webhook, told, newId);
  }
  return added;
}

function noticeBody(type: string, row: Row): string {
  const data = {
    notice: text(row, 'notice'),
    subject: text(row, 'subject'),
    material: whole(row, 'material') === 1,
    effective: new Date(whole(row, 'effective')).toISOString().slice(0, 10),
  };
  return JSON.stringify({ type, timestamp: new Date(whole(row, 'at')).toISOString(), data });
}

/** The operator's come first. Of a workspace whose processing is restricted nothing goes out until that is lifted. */
export async function takeDue(
  sql: Sql,
  { max, now, againAfterMs, busy }: Parameters<AlertStore['takeDue']>[0],
): Promise<readonly DueDelivery[]> {
  const rows = await sql.all(
    `select due.delivery, due.event, due.body, due.tries, due.next_at, ${webhookColumns.join(', ')}
     from (select id as delivery, webhook, event, body, tries, next_at,
         row_number() over (partition by webhook order by next_at, at, id) as place
       from webhook_delivery where state = 'due' and next_at <= :now) as due
     join webhook on webhook.id = due.webhook
     where due.place = 1 and webhook.disabled is null and not (webhook.id in (:busy*))
       and not exists (select 1 from restriction
         where kind = 'workspace' and subject = webhook.workspace and activity = 'all')
     order by case when webhook.workspace is null then 0 else 1 end, due.next_at limit :max`,
    { now, max, busy: busy.length === 0 ? [''] : busy },
  );
  const taken: DueDelivery[] = [];
  for (const row of rows) {
    const id = text(row, 'delivery');
    const changes = await sql.run(
      `update webhook_delivery set tries = tries + 1, next_at = :later
       where id = :id and state = 'due' and next_at = :nextAt`,
      { id, nextAt: whole(row, 'next_at'), later: now + againAfterMs },
    );
    // Another keeper may have been faster.
    if (changes === 0) continue;
    const [event, body, tries] = [text(row, 'event'), text(row, 'body'), whole(row, 'tries') + 1];
    taken.push({ id, event, body, tries, webhook: toWebhook(row) });
  }
  return taken;
}

export async function endDelivery(sql: Sql, ended: Parameters<AlertStore['ended']>[0]): Promise<void> {
  const { id, webhook, isSent, answer, nextAt, now } = ended;
  await sql.run(
    `update webhook_delivery set state = :state, answer = :answer, next_at = :nextAt where id = :id and state = 'due'`,
    { id, answer, state: isSent ? 'sent' : nextAt === null ? 'failed' : 'due', nextAt: nextAt ?? now },
  );
  // One place is not kept by an address that does not answer, however much waits for it.
  if (!isSent) {
    await sql.run(
      `update webhook_delivery set next_at = :after
       where webhook = :webhook and id <> :id and state = 'due' and next_at < :after`,
      { id, webhook, after: now + pauseOfOthersMs },
    );
  }
  const since = isSent ? 'null' : 'coalesce(failing_since, :now)';
  await sql.run(
    `update webhook set failing_since = ${since} where id = :webhook`,
    isSent ? { webhook } : { webhook, now },
  );
}

export async function giveUp(sql: Sql, webhook: string, why: 'failing' | 'gone', now: number): Promise<boolean> {
  const changes = await sql.run(
    'update webhook set disabled = :why, changed_at = :now where id = :webhook and disabled is null',
    { webhook, why, now },
  );
  await sql.run(
    `update webhook_delivery set state = 'failed', next_at = :now where webhook = :webhook and state = 'due'`,
    { webhook, now },
  );
  return changes === 1;
}

export async function deliveriesOf(sql: Sql, webhook: string): Promise<readonly Delivery[]> {
  const rows = await sql.all(
    `select id, event, at, state, tries, next_at, answer from webhook_delivery where webhook = :webhook
     order by at desc, id limit 100`,
    { webhook },
  );
  return rows.map((row) => ({
    id: text(row, 'id'),
    event: text(row, 'event'),
    at: whole(row, 'at'),
    state: word(row, 'state', ['due', 'sent', 'failed']),
    tries: whole(row, 'tries'),
    nextAt: whole(row, 'next_at'),
    answer: textOrNull(row, 'answer'),
  }));
}

export async function sendAgain(
  sql: Sql,
  { id, webhook, now }: { readonly id: string; readonly webhook: string; readonly now: number },
): Promise<boolean> {
  const changes = await sql.run(
    `update webhook_delivery set state = 'due', tries = 0, next_at = :now where id = :id and webhook = :webhook`,
    { id, webhook, now },
  );
  return changes === 1;
}
