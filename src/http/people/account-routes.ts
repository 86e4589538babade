import { type Context, Hono } from 'hono';
import { type AccountAnswer, refusal } from '#console/account/account-answer.ts';
import type { AccountApi } from '#console/account/account-api.ts';
import type { AccountCaller } from '#console/account/find-caller.ts';
import { readFields } from '#console/account/read-fields.ts';
import type { Permission } from '#console/contract/permissions.ts';
import { askerOf, send } from './account-reply.ts';

/** `/api/v1/key`, `/keys`, `/byok`, `/credits`, `/activity`, `/generation` as OpenRouter has them, `/v1/credits` as Vercel has it. */
export function accountRoutes(api: AccountApi): Hono {
  const app = new Hono();
  for (const path of ['/api/v1/key', '/api/v1/auth/key']) {
    app.get(path, (context) =>
      send(
        context,
        api.as(askerOf(context), 'workspace.read', (caller) => api.ownKey(caller)),
      ),
    );
  }
  app.get('/api/v1/credits', (context) =>
    send(
      context,
      api.as(askerOf(context), 'wallet.read', (caller) => api.credits(caller)),
    ),
  );
  app.get('/v1/credits', (context) =>
    send(
      context,
      api.as(askerOf(context), 'wallet.read', (caller) => api.balance(caller)),
    ),
  );
  for (const path of ['/api/v1/generation', '/v1/generation']) {
    app.get(path, (context) =>
      send(
        context,
        api.as(askerOf(context), 'generations.read', (caller) => api.generation(caller, context.req.query('id'))),
      ),
    );
  }
  app.get('/api/v1/receipts/:id', (context) =>
    send(
      context,
      api.as(askerOf(context), 'generations.read', (caller) => api.receipt(caller, context.req.param('id'))),
    ),
  );
  app.get('/api/v1/activity', (context) => {
    const { date, api_key_hash: hash } = context.req.query();
    const ask = { ...(date === undefined ? {} : { date }), ...(hash === undefined ? {} : { hash }) };
    return send(
      context,
      api.as(askerOf(context), 'usage.read', (caller) => api.activity(caller, ask)),
    );
  });
  app.get('/api/v1/abuse', (context) =>
    send(
      context,
      api.as(askerOf(context), 'abuse.read', (caller) => api.abuseCases(caller)),
    ),
  );
  app.post('/api/v1/abuse/:id/appeal', (context) =>
    send(
      context,
      api.as(askerOf(context), 'abuse.appeal', (caller) => api.appeal(caller, context.req.param('id'))),
    ),
  );
  app.get('/api/v1/usage', (context) =>
    send(
      context,
      api.as(askerOf(context), 'usage.read', (caller) => api.usage(caller, context.req.query())),
    ),
  );
  app.get('/api/v1/warnings', (context) =>
    send(
      context,
      api.as(askerOf(context), 'usage.read', (caller) => api.warnings(caller)),
    ),
  );
  app.route('/api/v1/keys', keyRoutes(api));
  app.route('/api/v1/byok', ownKeyRoutes(api));
  return app;
}

function keyRoutes(api: AccountApi): Hono {
  const app = new Hono();
  app.get('/', (context) => {
    const { offset = '', limit = '', include_disabled: disabled, search } = context.req.query();
    const ask = {
      offset: /^\d{1,6}$/.test(offset) ? Number(offset) : 0,
      limit: /^\d{1,3}$/.test(limit) ? Number(limit) : undefined,
      withDisabled: disabled === 'true',
      search: search === '' ? undefined : search,
    };
    return send(
      context,
      api.as(askerOf(context), 'keys.read', (caller) => api.keys(caller, ask)),
    );
  });
  app.post('/', async (context) => {
    const fields = readFields(await context.req.arrayBuffer());
    if (!fields) return send(context, notAnObject);
    return send(
      context,
      api.as(askerOf(context), 'keys.change', (caller) => api.createKey(caller, fields)),
    );
  });
  app.get('/:hash', (context) =>
    send(
      context,
      api.as(askerOf(context), 'keys.read', (caller) => api.key(caller, context.req.param('hash'))),
    ),
  );
  app.patch('/:hash', async (context) => {
    const fields = readFields(await context.req.arrayBuffer());
    if (!fields) return send(context, notAnObject);
    return send(
      context,
      api.as(askerOf(context), 'keys.change', (caller) => api.changeKey(caller, context.req.param('hash'), fields)),
    );
  });
  app.post('/:hash/rotate', async (context) => {
    const bytes = await context.req.arrayBuffer();
    const fields = bytes.byteLength === 0 ? {} : readFields(bytes);
    if (!fields) return send(context, notAnObject);
    return send(
      context,
      api.as(askerOf(context), 'keys.change', (caller) => api.rotateKey(caller, context.req.param('hash'), fields)),
    );
  });
  app.post('/:hash/cut', (context) =>
    send(
      context,
      api.as(askerOf(context), 'keys.change', (caller) => api.cutKey(caller, context.req.param('hash'))),
    ),
  );
  app.delete('/:hash', (context) =>
    send(
      context,
      api.as(askerOf(context), 'keys.change', (caller) => api.deleteKey(caller, context.req.param('hash'))),
    ),
  );
  return app;
}

function ownKeyRoutes(api: AccountApi): Hono {
  const app = new Hono();
  const { ownKeys } = api;
  const managed = (
    context: Context,
    permission: Permission,
    answer: (caller: AccountCaller) => Promise<AccountAnswer>,
  ) => send(context, api.as(askerOf(context), permission, answer));
  app.get('/', (context) => managed(context, 'own-keys.read', (caller) => ownKeys.list(caller)));
  app.post('/', async (context) => {
    const fields = readFields(await context.req.arrayBuffer());
    return fields
      ? managed(context, 'own-keys.change', (caller) => ownKeys.add(caller, fields))
      : send(context, notAnObject);
  });
  app.get('/:id', (context) =>
    managed(context, 'own-keys.read', (caller) => ownKeys.show(caller, context.req.param('id'))),
  );
  app.patch('/:id', async (context) => {
    const id = context.req.param('id');
    const fields = readFields(await context.req.arrayBuffer());
    return fields
      ? managed(context, 'own-keys.change', (caller) => ownKeys.change(caller, id, fields))
      : send(context, notAnObject);
  });
  app.delete('/:id', (context) =>
    managed(context, 'own-keys.change', (caller) => ownKeys.remove(caller, context.req.param('id'))),
  );
  return app;
}

const notAnObject = Promise.resolve(refusal(400, 'The body is not a JSON object.'));
