// Whoever runs a Fairlead, and whoever pays for it, in a real browser.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, call } from '../journeys/caller.ts';
import { eventually, runFairlead } from '../journeys/running-fairlead.ts';
import { eventOf, sign, startStripe, webhookSecret } from '../journeys/stripe-double.ts';
import { judgeEverywhere, openChromium, setUpAs, Visitor } from './chromium.ts';

const stripe = await startStripe({ after });
const config = `
payments:
  stripe: { secret_key: sk_test_1, webhook_secret: ${webhookSecret}, api_base: ${stripe.url} }
  issuer: "Harbour Systems"
`;
const fairlead = await runFairlead({ after }, { config, env: { FAIRLEAD_PUBLIC_URL: 'http://127.0.0.1:8080' } });
const { url, key } = fairlead;
const browser = await openChromium({ after });
const visitor = await Visitor.arrive(browser, fairlead);
const { page } = visitor;
await setUpAs(visitor, fairlead);

test('a frozen workspace does nothing within a second, and works again when it is let', async () => {
  await visitor.go('/console/operate');
  await visitor.shows('proven in both directions');
  await judgeEverywhere(visitor, 'operate');
  await visitor.keep('console-operate');
  await visitor.press('Freeze: default');
  await visitor.press('Freeze workspace');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await eventually(async () => assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 401), 1_500);
  await visitor.shows('Frozen');
  await visitor.press('Unfreeze: default');
  await visitor.press('Unfreeze workspace');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await eventually(async () => assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 200));
});

test('a markup that is set shows in what customers pay', async () => {
  await visitor.go('/console/operate/prices');
  await visitor.press('Set markup');
  await page.getByRole('dialog').getByLabel('Percent').fill('10');
  await page.getByRole('dialog').getByLabel('Model').fill('sandbox/echo');
  await page.getByRole('dialog').getByRole('button', { name: 'Set markup' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await visitor.shows('sandbox/echo');
  await eventually(async () => {
    await visitor.go('/models/sandbox/echo');
    assert.ok((await page.content()).includes('$2.20'));
  });
});

test('a payment by card is in the wallet once Stripe says so, and its invoice is there to download', async () => {
  await visitor.go('/console/wallet');
  await page.route('https://checkout.example/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: 'Pay here' }),
  );
  await visitor.fill('Amount in dollars', 'twenty');
  await visitor.press('Pay by card');
  await visitor.shows('Say an amount from $1 on');
  await visitor.fill('Amount in dollars', '20');
  await visitor.press('Pay by card');
  await visitor.shows('Pay here');
  const payment = stripe.asked.at(-1)?.fields.get('metadata[fairlead_payment]') ?? '';
  const event = eventOf('checkout.session.completed', {
    ...{ id: 'cs', payment_status: 'paid', amount_total: 2_000, currency: 'usd', payment_intent: 'pi_1' },
    metadata: { fairlead_payment: payment },
  });
  const told = await fetch(`${url}/webhooks/stripe`, {
    method: 'POST',
    headers: { 'stripe-signature': sign(event) },
    body: event,
  });
  assert.equal(told.status, 200);

  await visitor.go('/console/wallet');
  await visitor.shows('+20.000000000');
  const [file] = await Promise.all([page.waitForEvent('download'), visitor.press(/^Download invoice/)]);
  assert.match(file.suggestedFilename(), /^invoice-\d+\.pdf$/);
});

test('nothing complained, and nobody but the payment provider was asked', () => {
  assert.deepEqual(
    visitor.complaints.filter((each) => each !== 'it asks https://checkout.example'),
    [],
  );
});
