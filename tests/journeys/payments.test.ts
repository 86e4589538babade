// Paying: a checkout becomes credit once, whatever comes twice, late, in another order, or is forged.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eventually, runFairlead, toNano } from './running-fairlead.ts';
import { eventOf, sign, startStripe, webhookSecret } from './stripe-double.ts';

const stripe = await startStripe({ after });
const config = `
payments:
  stripe: { secret_key: sk_test_1, webhook_secret: ${webhookSecret}, api_base: ${stripe.url} }
  issuer: "Acme AI (Ltd)\\n1 Main Street"
`;
const fairlead = await runFairlead({ after }, { config, env: { FAIRLEAD_PUBLIC_URL: 'https://ai.example' } });

type Customer = { readonly workspace: string; readonly key: string };

let made = 0;
async function customer(): Promise<Customer> {
  const { id } = await fairlead.ask<{ id: string }>('workspace-create', { name: `customer-${++made}` });
  const { key } = await fairlead.ask<{ key: string }>('key-create', { workspace: id, role: 'management' });
  return { workspace: id, key };
}

async function api(path: string, { key, body }: { key: string; body?: unknown }) {
  const reply = await fetch(`${fairlead.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: reply.status, value: JSON.parse(await reply.text()) };
}

async function checkout({ key }: Customer, amount = 20, more: object = {}) {
  const { status, value } = await api('/api/v1/credits/checkout', { key, body: { amount, ...more } });
  assert.equal(status, 201, JSON.stringify(value));
  return { payment: value.data.id as string, url: value.data.url as string };
}

async function say(body: string, signature = sign(body)) {
  const reply = await fetch(`${fairlead.url}/webhooks/stripe`, {
    method: 'POST',
    headers: { 'stripe-signature': signature, 'content-type': 'application/json' },
    body,
  });
  await reply.arrayBuffer();
  return reply.status;
}

const metadata = (payment: string) => ({ metadata: { fairlead_payment: payment } });
const paid = (payment: string, intent: string, cents = 2_000, more: object = {}) =>
  eventOf('checkout.session.completed', {
    ...{ id: 'cs', payment_status: 'paid', amount_total: cents, currency: 'usd', payment_intent: intent },
    ...metadata(payment),
    ...more,
  });
const refunded = (payment: string, cents: number) =>
  eventOf('charge.refunded', { id: 'ch', amount_refunded: cents, currency: 'usd', ...metadata(payment) });
const dispute = (intent: string, status: string, id = 'dp_1') =>
  eventOf(`charge.dispute.${status === 'needs_response' ? 'created' : 'closed'}`, {
    ...{ id, amount: 2_000, currency: 'usd', status, payment_intent: intent },
  });

async function balance({ workspace }: Customer): Promise<bigint> {
  return toNano((await fairlead.ask<{ balance_usd: string }>('wallet-show', { workspace })).balance_usd);
}

const usd = (dollars: number) => BigInt(dollars) * 1_000_000_000n;

after(async () => {
  assert.deepEqual(
    await fairlead.ask('ledger-check').then((value) => (value as { problems?: unknown }).problems),
    undefined,
  );
});

test('a checkout is made at Stripe with its sum and our id, and becomes credit once', async () => {
  const who = await customer();
  const { payment, url } = await checkout(who);
  const { fields, name } = stripe.asked.at(-1) ?? assert.fail();

  assert.match(url, /^https:\/\/checkout\.example\//);
  assert.equal(fields.get('line_items[0][price_data][unit_amount]'), '2000');
  assert.equal(fields.get('payment_intent_data[metadata][fairlead_payment]'), payment);
  assert.equal(fields.get('success_url'), `https://ai.example?payment=${payment}`);
  assert.equal(name, `checkout-${payment}`);
  assert.equal(await balance(who), 0n);

  const event = paid(payment, 'pi_a');
  const told = await Promise.all([say(event), say(event), say(event)]);
  const other = eventOf('payment_intent.succeeded', {
    id: 'pi_a',
    amount_received: 2_000,
    currency: 'usd',
    ...metadata(payment),
  });
  assert.deepEqual([...told, await say(other)], [200, 200, 200, 200]);

  assert.equal(await balance(who), usd(20));
  const { value } = await api('/api/v1/credits/payments', who);
  assert.deepEqual([value.data[0].state, value.data[0].amount_usd], ['paid', '20.000000000']);
});

test('what is not signed by the secret, over these bytes, within five minutes, changes nothing', async () => {
  const who = await customer();
  const { payment } = await checkout(who);
  const event = paid(payment, 'pi_b');

  assert.equal(await say(event, sign(event, { secret: '' })), 400);
  assert.equal(await say(event, sign(event, { at: Date.now() - 301_000 })), 400);
  assert.equal(await say(event.replace('2000', '9000'), sign(event)), 400);
  assert.equal(await say(event, 'nonsense'), 400);

  assert.equal(await balance(who), 0n);
});

test('another sum, another currency, live mode or a payment of others is not credited', async () => {
  const who = await customer();
  const { payment } = await checkout(who);

  assert.equal(await say(paid(payment, 'pi_c', 1_999)), 409);
  assert.equal(await say(paid(payment, 'pi_c', 2_000, { currency: 'jpy' })), 409);
  assert.equal(await say(paid(payment, 'pi_c').replace('"livemode":false', '"livemode":true')), 200);
  assert.equal(await say(paid('pay_of_others', 'pi_x')), 200);

  assert.equal(await balance(who), 0n);
});

test('a refund that comes before its payment is taken when the payment comes; totals in any order end alike', async () => {
  const who = await customer();
  const { payment } = await checkout(who);

  await say(refunded(payment, 1_500));
  await say(refunded(payment, 500));
  assert.equal(await balance(who), 0n);
  await say(paid(payment, 'pi_d'));

  assert.equal(await balance(who), usd(5));
  await say(refunded(payment, 2_000));
  await say(refunded(payment, 2_000));
  assert.equal(await balance(who), 0n);
});

test('a dispute takes the money at once; won, it comes back; said again, nothing changes', async () => {
  const who = await customer();
  const { payment } = await checkout(who);
  await say(paid(payment, 'pi_e'));

  await say(dispute('pi_e', 'needs_response'));
  await say(dispute('pi_e', 'needs_response'));
  assert.equal(await balance(who), 0n);
  await say(dispute('pi_e', 'won'));
  await say(dispute('pi_e', 'needs_response'));

  assert.equal(await balance(who), usd(20));
});

test('a dispute of money that was spent leaves the wallet below zero, and nothing more is spent', async () => {
  const who = await customer();
  const { payment } = await checkout(who, 5);
  await say(paid(payment, 'pi_f', 500));
  const { key } = await fairlead.ask<{ key: string }>('key-create', { workspace: who.workspace });
  const generate = () =>
    fetch(`${fairlead.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'sandbox/echo', messages: [{ role: 'user', content: 'one two' }], max_tokens: 9 }),
    });
  const first = await generate();
  assert.equal(first.status, 200);
  await first.arrayBuffer();
  await eventually(async () => assert.ok((await balance(who)) < usd(5)));

  const event = eventOf('charge.dispute.created', {
    ...{ id: 'dp_f', amount: 500, currency: 'usd', status: 'needs_response', payment_intent: 'pi_f' },
  });
  await say(event);

  assert.ok((await balance(who)) < 0n);
  await eventually(async () => {
    const reply = await generate();
    await reply.arrayBuffer();
    assert.equal(reply.status, 402);
  });
});

test('invoices are numbered without a gap, credit notes with them, each with its page', async () => {
  const who = await customer();
  const { payment } = await checkout(who);
  await say(paid(payment, 'pi_g'));
  await say(refunded(payment, 700));

  const { value } = await api('/api/v1/credits/invoices', who);
  assert.deepEqual(
    value.data.map(({ kind, amount_usd }: { kind: string; amount_usd: string }) => [kind, amount_usd]),
    [
      ['credit-note', '7.000000000'],
      ['invoice', '20.000000000'],
    ],
  );
  const all = await fairlead.ask<readonly { number: number }[]>('invoice-list');
  assert.deepEqual(
    all.map(({ number }) => number).toReversed(),
    all.map((_, index) => index + 1),
  );

  const address = `${fairlead.url}/api/v1/credits/invoices/${value.data[1].number}.pdf`;
  const page = await fetch(address, { headers: { authorization: `Bearer ${who.key}` } });
  const pdf = Buffer.from(await page.arrayBuffer()).toString('latin1');
  assert.equal(page.headers.get('content-type'), 'application/pdf');
  assert.match(pdf, /^%PDF-1\.4\n/);
  assert.match(pdf, /\(Acme AI \\\(Ltd\\\)\) Tj/);
  assert.match(pdf, /\(20\.00\) Tj/);
  const start = Number(/startxref\n(\d+)/.exec(pdf)?.[1]);
  assert.equal(pdf.slice(start, start + 4), 'xref');
  const stranger = await fetch(address, { headers: { authorization: `Bearer ${(await customer()).key}` } });
  assert.equal(stranger.status, 404);
});

test('a payment is given back over Stripe, and leaves the wallet when Stripe says so', async () => {
  const who = await customer();
  const { payment } = await checkout(who);
  await say(paid(payment, 'pi_h'));

  await fairlead.ask('payment-refund', { payment, usd: '5.00' });
  const { path, fields, name } = stripe.asked.at(-1) ?? assert.fail();
  assert.deepEqual([path, fields.get('amount'), fields.get('payment_intent')], ['/v1/refunds', '500', 'pi_h']);
  assert.equal(name, `refund-${payment}-0-500`);
  assert.equal(await balance(who), usd(20));
  await say(refunded(payment, 500));

  assert.equal(await balance(who), usd(15));
  await assert.rejects(fairlead.ask('payment-refund', { payment, usd: '15.01' }));
});

test('only a management key pays, and only a sum that is allowed', async () => {
  const who = await customer();

  assert.equal((await api('/api/v1/credits/checkout', { key: fairlead.key, body: { amount: 20 } })).status, 403);
  for (const amount of [4.99, 1_000.01, 5.001, 'much']) {
    assert.equal((await api('/api/v1/credits/checkout', { key: who.key, body: { amount } })).status, 400);
  }
});
