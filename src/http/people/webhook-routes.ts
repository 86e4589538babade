import type { Context, Hono } from 'hono';
import type { Door } from '#console/account/door.ts';
import type { AccountCaller } from '#console/account/find-caller.ts';
import type { WebhookApi } from '#console/account/webhook-api.ts';
import { Rows, withBody } from './rows.ts';

/** Addresses that are told of what happens: a workspace's, and the operator's. */
export function webhookRoutes(door: Door, api: WebhookApi): Hono {
  const rows = new Rows(door);
  const of = ({ workspace }: AccountCaller) => ({ workspace, outside: true }) as const;
  const operator = { operator: true } as const;
  const id = (context: Context) => context.req.param('id') ?? '';
  const delivery = (context: Context) => context.req.param('delivery') ?? '';
  rows.inWorkspace('webhook-list', (caller) => api.list(of(caller)));
  rows.inWorkspace('webhook-add', (caller, context) =>
    withBody(context, 'webhook', (body) => api.add(of(caller), body)),
  );
  rows.inWorkspace('webhook-change', (caller, context) =>
    withBody(context, 'webhook-change', (body) => api.change(of(caller), id(context), body)),
  );
  rows.inWorkspace('webhook-remove', (caller, context) => api.remove(of(caller), id(context)));
  rows.inWorkspace('webhook-rotate', (caller, context) => api.rotate(of(caller), id(context)));
  rows.inWorkspace('webhook-test', (caller, context) => api.test(of(caller), id(context)));
  rows.inWorkspace('webhook-deliveries', (caller, context) => api.deliveries(of(caller), id(context)));
  rows.inWorkspace('webhook-again', (caller, context) => api.again(of(caller), id(context), delivery(context)));
  rows.forOperators('operator-webhook-list', () => api.list(operator));
  rows.forOperators('operator-webhook-add', (context) =>
    withBody(context, 'webhook', (body) => api.add(operator, body)),
  );
  rows.forOperators('operator-webhook-change', (context) =>
    withBody(context, 'webhook-change', (body) => api.change(operator, id(context), body)),
  );
  rows.forOperators('operator-webhook-remove', (context) => api.remove(operator, id(context)));
  rows.forOperators('operator-webhook-rotate', (context) => api.rotate(operator, id(context)));
  rows.forOperators('operator-webhook-test', (context) => api.test(operator, id(context)));
  rows.forOperators('operator-webhook-deliveries', (context) => api.deliveries(operator, id(context)));
  rows.forOperators('operator-webhook-again', (context) => api.again(operator, id(context), delivery(context)));
  rows.forOperatorPersons('operator-letters-show', (_, me) => api.wantsLetters(me));
  rows.forOperatorPersons('operator-letters-set', (context, me) =>
    withBody(context, 'outage-letters', (body) => api.setLetters(me, body)),
  );
  return rows.app;
}
