import type { Hono } from 'hono';
import type { AuditApi } from '#console/account/audit-api.ts';
import type { Door } from '#console/account/door.ts';
import type { PersonApi } from '#console/account/person-api.ts';
import type { TeamApi } from '#console/account/team-api.ts';
import { Rows, withBody } from './rows.ts';

export type TeamRoutes = {
  readonly door: Door;
  readonly person: PersonApi;
  readonly team: TeamApi;
  readonly audit: AuditApi;
};

/** Addresses about people: oneself, sessions, workspaces, members, invitations, the log of changes. */
export function teamRoutes({ door, person, team, audit }: TeamRoutes): Hono {
  const rows = new Rows(door);
  rows.forPerson('me', (me) => person.me(me));
  rows.forPerson('me-change', async (me, context) => withBody(context, 'me', (body) => person.rename(me, body)));
  rows.forPerson('session-list', (me) => person.sessions(me));
  rows.forPerson('session-end', (me, context) => person.endSession(me, context.req.param('id') ?? ''));
  rows.forPerson('session-end-others', (me) => person.endOthers(me));
  rows.forPerson('workspace-list', (me) => person.workspaces(me));
  rows.forPerson('workspace-create', (me, context) =>
    withBody(context, 'workspace', (body) => team.createWorkspace(me, body)),
  );
  rows.forPerson('invitation-accept', (me, context) => withBody(context, 'token', (body) => team.accept(me, body)));
  rows.inWorkspace('workspace-rename', (caller, context) =>
    withBody(context, 'workspace', (body) => team.renameWorkspace(caller, body)),
  );
  rows.inWorkspace('member-list', (caller) => team.members(caller));
  rows.inWorkspace('member-change', (caller, context) =>
    withBody(context, 'role', (body) => team.changeMember(caller, context.req.param('id') ?? '', body)),
  );
  rows.inWorkspace('member-remove', (caller, context) => team.removeMember(caller, context.req.param('id') ?? ''));
  rows.inWorkspace('invitation-list', (caller) => team.invitations(caller));
  rows.inWorkspace('invitation-create', (caller, context) =>
    withBody(context, 'invitation', (body) => team.invite(caller, body)),
  );
  rows.inWorkspace('invitation-revoke', (caller, context) => team.revoke(caller, context.req.param('id') ?? ''));
  rows.inWorkspace('audit-list', ({ workspace }, context) => audit.page(workspace, context.req.query()));
  rows.inWorkspace('audit-export', ({ workspace }, context) => audit.export(workspace, context.req.query()));
  rows.forAnybody('invitation-show', (context) => withBody(context, 'token', (body) => team.showInvitation(body)));
  return rows.app;
}
