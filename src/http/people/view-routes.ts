import { Hono } from 'hono';
import type { AccountApi } from '#console/account/account-api.ts';
import type { ViewApi } from '#console/account/view-api.ts';
import { askerOf, send } from './account-reply.ts';

/** Lists and statements as the dashboard shows them. */
export function viewRoutes(api: AccountApi, views: ViewApi): Hono {
  const app = new Hono();
  app.get('/api/v1/generations', (context) =>
    send(
      context,
      api.as(askerOf(context), 'usage.read', (caller) => views.generations(caller, context.req.query())),
    ),
  );
  app.get('/api/v1/generations/:id', (context) =>
    send(
      context,
      api.as(askerOf(context), 'generations.read', (caller) => views.explained(caller, context.req.param('id'))),
    ),
  );
  app.get('/api/v1/wallet', (context) =>
    send(
      context,
      api.as(askerOf(context), 'wallet.read', (caller) => views.wallet(caller)),
    ),
  );
  app.get('/api/v1/wallet/statement', (context) =>
    send(
      context,
      api.as(askerOf(context), 'usage.read', (caller) => views.statement(caller, context.req.query())),
    ),
  );
  app.get('/api/v1/limits', (context) =>
    send(
      context,
      api.as(askerOf(context), 'usage.read', (caller) => views.limits(caller)),
    ),
  );
  return app;
}
