import { type Context, Hono } from 'hono';
import { type AccountAnswer, refusal } from '#console/account/account-answer.ts';
import type { AuditApi } from '#console/account/audit-api.ts';
import type { Door } from '#console/account/door.ts';
import type { AccountCaller } from '#console/account/find-caller.ts';
import type { PersonApi } from '#console/account/person-api.ts';
import { readFields } from '#console/account/read-fields.ts';
import type { TeamApi } from '#console/account/team-api.ts';
import { type Body, readBody } from '#console/contract/bodies.ts';
import type { BodyName } from '#console/contract/body-names.ts';
import { type Route, type RouteName, routes } from '#console/contract/routes.ts';
import type { SignedIn } from '#console/people/people.ts';
import { askerOf, send } from './account-reply.ts';

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
  rows.forPerson('prove', async (me, context) => withBody(context, 'proof', (body) => person.prove(me, body)));
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
  rows.inWorkspace('audit-export', ({ workspace }) => audit.export(workspace));
  const { method, path } = routes['invitation-show'];
  rows.app.on(method, path, (context) =>
    send(
      context,
      withBody(context, 'token', (body) => team.showInvitation(body)),
    ),
  );
  return rows.app;
}

/** Rows of the table of routes, each let in as its row says. */
class Rows {
  readonly app = new Hono();
  readonly #door: Door;

  constructor(door: Door) {
    this.#door = door;
  }

  forPerson(name: RouteName, answer: (me: SignedIn, context: Context) => Promise<AccountAnswer>): void {
    const { method, path } = routes[name];
    this.app.on(method, path, (context) =>
      send(
        context,
        this.#door.asPerson(askerOf(context), (me) => answer(me, context)),
      ),
    );
  }

  inWorkspace(name: RouteName, answer: (caller: AccountCaller, context: Context) => Promise<AccountAnswer>): void {
    const { method, path, needs }: Route = routes[name];
    if (typeof needs !== 'object' || !('workspace' in needs)) throw new Error(`the route ${name} is in no workspace`);
    this.app.on(method, path, (context) =>
      send(
        context,
        this.#door.as(askerOf(context), needs.workspace, (caller) => answer(caller, context)),
      ),
    );
  }
}

async function withBody<Name extends BodyName>(
  context: Context,
  name: Name,
  answer: (body: Body<Name>) => Promise<AccountAnswer>,
): Promise<AccountAnswer> {
  const read = readBody(name, readFields(await context.req.arrayBuffer()));
  return 'refused' in read ? refusal(400, read.refused) : await answer(read.body);
}
