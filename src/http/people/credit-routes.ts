import { type Context, Hono } from 'hono';
import { type AccountAnswer, refusal } from '#console/account/account-answer.ts';
import type { AccountApi } from '#console/account/account-api.ts';
import type { CreditApi } from '#console/account/credit-api.ts';
import type { AccountCaller } from '#console/account/find-caller.ts';
import { readFields } from '#console/account/read-fields.ts';
import type { Permission } from '#console/contract/permissions.ts';
import { askerOf, send } from './account-reply.ts';

/** `/api/v1/credits/…`: how a workspace gets credit; and where Stripe says what was paid. */
export function creditRoutes(api: AccountApi, credits: CreditApi): Hono {
  const app = new Hono();
  const as = (context: Context, permission: Permission, give: (caller: AccountCaller) => Promise<AccountAnswer>) =>
    send(context, api.as(askerOf(context), permission, give));
  const withBody = async (
    context: Context,
    give: (caller: AccountCaller, fields: object) => Promise<AccountAnswer>,
  ) => {
    const fields = readFields(await context.req.arrayBuffer());
    return await as(context, 'wallet.pay', async (caller) => (fields ? await give(caller, fields) : notAnObject));
  };
  app.post('/api/v1/credits/checkout', (context) =>
    withBody(context, (caller, fields) => credits.checkout(caller, { ...fields })),
  );
  app.post('/api/v1/credits/redeem', (context) =>
    withBody(context, (caller, fields) => credits.redeem(caller, { ...fields })),
  );
  app.get('/api/v1/credits/payments', (context) => as(context, 'invoices.read', (caller) => credits.payments(caller)));
  app.get('/api/v1/credits/promos', (context) => as(context, 'wallet.read', (caller) => credits.promos(caller)));
  app.get('/api/v1/credits/invoices', (context) => as(context, 'invoices.read', (caller) => credits.invoices(caller)));
  app.get('/api/v1/credits/invoices/:number{[0-9]+\\.pdf}', (context) => invoicePage(context, api, credits));
  app.post('/webhooks/stripe', async (context) =>
    send(context, credits.stripeEvent(await context.req.text(), context.req.header('stripe-signature') ?? '-')),
  );
  return app;
}

async function invoicePage(context: Context, api: AccountApi, credits: CreditApi): Promise<Response> {
  const number = (context.req.param('number') ?? '').replace('.pdf', '');
  let page: Uint8Array<ArrayBuffer> | undefined;
  const told = await api.as(askerOf(context), 'invoices.read', async (caller) => {
    const made = await credits.invoicePage(caller, number);
    if (!(made instanceof Uint8Array)) return made;
    page = made;
    return { status: 200, body: {} };
  });
  if (!page) return await send(context, Promise.resolve(told));
  const name = `attachment; filename="invoice-${number}.pdf"`;
  return new Response(page, {
    headers: { 'content-type': 'application/pdf', 'content-disposition': name, 'cache-control': 'no-store' },
  });
}

const notAnObject = refusal(400, 'The body is not a JSON object.');
