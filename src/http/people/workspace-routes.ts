import type { Hono } from 'hono';
import type { Door } from '#console/account/door.ts';
import type { SupportApi } from '#console/account/support-api.ts';
import type { WorkspaceApi } from '#console/account/workspace-api.ts';
import { Rows, withBody } from './rows.ts';

export type WorkspaceRoutes = {
  readonly door: Door;
  readonly workspace: WorkspaceApi;
  readonly support: SupportApi;
};

/** Addresses by which a workspace says how it is served, and people ask for help. */
export function workspaceRoutes({ door, workspace, support }: WorkspaceRoutes): Hono {
  const rows = new Rows(door);
  rows.inWorkspace('settings-show', (caller) => workspace.settings(caller));
  rows.inWorkspace('settings-change', (caller, context) =>
    withBody(context, 'settings', (body) => workspace.changeSettings(caller, body)),
  );
  rows.inWorkspace('topup-show', (caller) => workspace.topUp(caller));
  rows.inWorkspace('topup-change', (caller, context) =>
    withBody(context, 'topup', (body) => workspace.changeTopUp(caller, body)),
  );
  rows.inWorkspace('backing-show', (caller) => workspace.backing(caller));
  rows.inWorkspace('backing-choose', (caller, context) =>
    withBody(context, 'backing', (body) => workspace.chooseBacking(caller, body)),
  );
  rows.inWorkspace('backing-remove', (caller) => workspace.removeBacking(caller));
  rows.forPerson('support-list', (me) => support.list(me));
  rows.forPerson('support-write', (me, context) => withBody(context, 'support', (body) => support.write(me, body)));
  return rows.app;
}
