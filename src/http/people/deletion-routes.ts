import type { Hono } from 'hono';
import type { Door } from '#console/account/door.ts';
import type { DeletionApi } from '#console/deletion/deletion-api.ts';
import { Rows, withBody } from './rows.ts';

/** Addresses that close accounts and delete workspaces. */
export function deletionRoutes(door: Door, deletion: DeletionApi): Hono {
  const rows = new Rows(door);
  rows.forPerson('deletion-preview', (me) => deletion.preview(me));
  rows.forPerson('deletion-show', (me) => deletion.show(me));
  rows.forPerson('deletion-open', (me, context) => withBody(context, 'deletion', (body) => deletion.open(me, body)));
  rows.forPerson('deletion-cancel', (me) => deletion.cancel(me));
  rows.forAnybody('deletion-status', (context) => deletion.status(context.req.param('id') ?? ''));
  rows.inWorkspace('workspace-deletion-preview', (caller) => deletion.previewWorkspace(caller));
  rows.inWorkspace('workspace-deletion-show', (caller) => deletion.showWorkspace(caller));
  rows.inWorkspace('workspace-deletion-open', (caller) => deletion.openWorkspace(caller));
  rows.inWorkspace('workspace-deletion-cancel', (caller) => deletion.cancelWorkspace(caller));
  return rows.app;
}
