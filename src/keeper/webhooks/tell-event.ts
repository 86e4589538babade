import { isOfWorkspaces, isTold, outageEvents } from '#core/privacy/notices/told-events.ts';
import type { AlertStore } from '#store/alert-store.ts';

type Alert = Readonly<Record<string, string>>;

/**
 * Tells webhooks that want it of what happened, and of an outage those operators who want a letter. `about` says what makes it one;
 * left out, it is told as often as this is called.
 */
export async function tellEvent(alerts: AlertStore, alert: Alert, now: number, about?: string): Promise<void> {
  const { event: name = alert.alert ?? '', alert: _, ...data } = alert;
  if (!isTold(name)) return;
  const { event: __, at, ...facts } = data;
  const workspace = isOfWorkspaces(name) ? (facts.workspace ?? null) : null;
  const once = about ?? `${name} ${at ?? now} ${Object.values(facts).join(' ')}`.slice(0, 400);
  const body = JSON.stringify({ type: name, timestamp: at ?? new Date(now).toISOString(), data: facts });
  await alerts.tell({ event: name, workspace, about: once, body, now });
  if (!outageEvents.includes(name)) return;
  const readers = await alerts.letterReaders();
  await alerts.write(
    readers.map((person) => ({ about: once, person, event: name, body })),
    now,
  );
}
