import type { Hono } from 'hono';
import type { Door } from '#console/account/door.ts';
import type { CopiesApi } from '#console/rights/copies-api.ts';
import type { DeskApi } from '#console/rights/desk-api.ts';
import type { EndUsersApi } from '#console/rights/end-users-api.ts';
import type { RightsApi } from '#console/rights/rights-api.ts';
import { Rows, withBody } from './rows.ts';

export type RightsRoutes = {
  readonly door: Door;
  readonly rights: RightsApi;
  readonly copies: CopiesApi;
  readonly desk: DeskApi;
  readonly endUsers: EndUsersApi;
};

/** Addresses of what people may ask of what is kept about them, and workspaces of what is kept about their end users. */
export function rightsRoutes({ door, rights, copies, desk, endUsers }: RightsRoutes): Hono {
  const rows = new Rows(door);
  rows.forPerson('privacy-held', (me) => rights.held(me));
  rows.forPerson('privacy-request-list', (me) => rights.requests(me));
  rows.forPerson('privacy-request-open', (me, context) =>
    withBody(context, 'rights-request', (body) => rights.openRequest(me, body)),
  );
  rows.forPerson('privacy-request-withdraw', (me, context) => rights.withdraw(me, context.req.param('id') ?? ''));
  rows.forOperators('desk-request-list', () => desk.list());
  rows.forOperators('desk-identity', (context) =>
    withBody(context, 'case-identity', (body) => desk.identity(context.req.param('id') ?? '', body)),
  );
  rows.forOperators('desk-close', (context) =>
    withBody(context, 'case-outcome', (body) => desk.close(context.req.param('id') ?? '', body)),
  );
  rows.forPerson('privacy-copy-list', (me) => copies.list(me));
  rows.forPerson('privacy-copy-order', (me) => copies.order(me));
  rows.forPerson('privacy-copy-fetch', (me, context) => copies.fetch(me, context.req.param('id') ?? ''));
  rows.forPerson('privacy-correct', (me, context) =>
    withBody(context, 'correction', (body) => rights.correct(me, body)),
  );
  rows.forPerson('privacy-restriction', (me) => rights.restrictions(me));
  rows.forPerson('privacy-restrict', (me, context) =>
    withBody(context, 'restriction', (body) => rights.restrict(me, body)),
  );
  rows.forPerson('privacy-object', (me, context) =>
    withBody(context, 'objection', (body) => rights.objectTo(me, body)),
  );
  rows.inWorkspace('workspace-restriction', (caller) => endUsers.restrictions(caller));
  rows.inWorkspace('workspace-restrict', (caller, context) =>
    withBody(context, 'restriction', (body) => endUsers.restrictWorkspace(caller, body)),
  );
  rows.inWorkspace('end-user-list', (caller) => endUsers.list(caller));
  rows.inWorkspace('end-user-show', (caller, context) =>
    withBody(context, 'end-user', (body) => endUsers.show(caller, body)),
  );
  rows.inWorkspace('end-user-erase', (caller, context) =>
    withBody(context, 'end-user', (body) => endUsers.erase(caller, body)),
  );
  rows.inWorkspace('end-user-restrict', (caller, context) =>
    withBody(context, 'end-user-restriction', (body) => endUsers.restrict(caller, body)),
  );
  return rows.app;
}
