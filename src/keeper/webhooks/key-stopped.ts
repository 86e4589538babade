import { newId } from '#store/new-id.ts';
import type { CommandContext } from '../commands/command.ts';
import { tellEvent } from './tell-event.ts';

/** The workspace's webhooks hear that a key works no more. */
export async function tellKeyStopped(
  { store, now }: Pick<CommandContext, 'store' | 'now'>,
  { id: key, workspace }: { readonly id: string; readonly workspace: string },
  why: 'disabled' | 'deleted' | 'leaked' | 'abuse',
): Promise<void> {
  const at = new Date(now()).toISOString();
  // Each time it is stopped is one of its own.
  await tellEvent(store.alerts, { event: 'key-stopped', workspace, key, why, at }, now(), newId('stop'));
}
