import { operatorEvents, type ToldEvent } from '#core/privacy/notices/told-events.ts';
import type { AlertStore, Webhook, WebhookChange } from '../alert-store.ts';
import { flag, text, textOrNull, whole, wholeOrNull, word } from './read-row.ts';
import type { Row, Sql } from './sql.ts';

export const webhookColumns = [
  ...['id', 'workspace', 'url', 'events', 'guarded', 'sealed', 'old_sealed', 'old_until', 'disabled', 'failing_since'],
  ...['created_at', 'changed_at'],
].map((column) => `webhook.${column}`);

export async function webhooksOf(sql: Sql, workspace: string | null): Promise<readonly Webhook[]> {
  const rows = await sql.all(
    `select ${webhookColumns.join(', ')} from webhook where workspace is not distinct from :workspace
     order by created_at, id`,
    { workspace },
  );
  return rows.map(toWebhook);
}

export async function addWebhook(sql: Sql, webhook: Parameters<AlertStore['addWebhook']>[0]): Promise<void> {
  const { id, workspace, url, events, isGuarded, sealed, createdAt } = webhook;
  await sql.run(
    `insert into webhook (id, workspace, url, events, guarded, sealed, created_at, changed_at)
     values (:id, :workspace, :url, :events, :guarded, :sealed, :createdAt, :createdAt)`,
    { id, workspace, url, events: JSON.stringify(events), guarded: isGuarded ? 1 : 0, sealed, createdAt },
  );
}

export async function changeWebhook(sql: Sql, id: string, { now, ...change }: WebhookChange): Promise<void> {
  const row = await sql.one(`select ${webhookColumns.join(', ')} from webhook where id = :id ${sql.forUpdate}`, { id });
  if (!row) return;
  const known = toWebhook(row);
  const { url, events, isGuarded, sealed, old } = { ...known, ...change };
  const disabled = change.disabled === undefined ? known.disabled : change.disabled;
  // Whoever lets it work again begins anew.
  const failingSince = change.disabled === null ? null : known.failingSince;
  await sql.run(
    `update webhook set url = :url, events = :events, guarded = :guarded, sealed = :sealed, old_sealed = :oldSealed,
       old_until = :oldUntil, disabled = :disabled, failing_since = :failingSince, changed_at = :now where id = :id`,
    {
      ...{ id, url, events: JSON.stringify(events), guarded: isGuarded ? 1 : 0, sealed, disabled, failingSince, now },
      ...{ oldSealed: old?.sealed ?? null, oldUntil: old?.until ?? null },
    },
  );
}

export async function removeWebhook(sql: Sql, id: string): Promise<void> {
  await sql.run('delete from webhook_delivery where webhook = :id', { id });
  await sql.run('delete from webhook where id = :id', { id });
}

const states = ['person', 'failing', 'gone'] as const;

export function toWebhook(row: Row): Webhook {
  const oldSealed = textOrNull(row, 'old_sealed');
  return {
    id: text(row, 'id'),
    workspace: textOrNull(row, 'workspace'),
    url: text(row, 'url'),
    events: readEvents(row),
    isGuarded: flag(row, 'guarded'),
    sealed: text(row, 'sealed'),
    old: oldSealed === null ? null : { sealed: oldSealed, until: whole(row, 'old_until') },
    disabled: row.disabled === null ? null : word(row, 'disabled', states),
    failingSince: wholeOrNull(row, 'failing_since'),
    createdAt: whole(row, 'created_at'),
    changedAt: whole(row, 'changed_at'),
  };
}

/** An event that is told no more is wanted by nobody. */
function readEvents(row: Row): readonly ToldEvent[] {
  // A parser: the column holds the list that was written there.
  const names = JSON.parse(text(row, 'events')) as readonly string[];
  return operatorEvents.filter((event) => names.includes(event));
}
