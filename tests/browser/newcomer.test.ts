// A newcomer's whole way, from the sign-up to an invoice, in a real browser; the payment provider is a double.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { confirm as confirmBy, setUp } from '../journeys/browser.ts';
import { ask, call } from '../journeys/caller.ts';
import { eventually, runFairlead } from '../journeys/running-fairlead.ts';
import { eventOf, sign, startStripe, webhookSecret } from '../journeys/stripe-double.ts';
import { findBarriers, judgeEverywhere, openChromium, Visitor } from './chromium.ts';

const stripe = await startStripe({ after });
const config = `
people: { sign_up: open }
policy: { contact: help@harbour.example }
payments:
  stripe: { secret_key: sk_test_1, webhook_secret: ${webhookSecret}, api_base: ${stripe.url} }
  issuer: "Harbour Systems\\n1 Pier"
`;
const env = { FAIRLEAD_PUBLIC_URL: 'https://ai.example.org' };
const fairlead = await runFairlead({ after }, { config, env });
const { url } = fairlead;
const operator = await setUp(fairlead);
const browser = await openChromium({ after });
const visitor = await Visitor.arrive(browser, fairlead);
const { page } = visitor;
const bo = { name: 'Bo Lightkeeper', email: 'bo@harbour.example', password: 'a quiet lamp room' };
let key = '';

test('signs up, makes a workspace, and confirms the address by the letter', async () => {
  await visitor.go('/console/sign-up');
  await visitor.fill('Name', bo.name);
  await visitor.fill('E-mail', bo.email);
  await visitor.fill('Password', bo.password);
  await visitor.press('Create account');
  await visitor.shows('Your first workspace');
  assert.deepEqual(await findBarriers(page), []);
  await visitor.fill('What you call it', 'lightkeepers');
  await visitor.press('Create workspace');
  await visitor.shows('Your first request');
  await visitor.go('/console/settings');
  await visitor.shows('not confirmed yet');
  await confirmBy(operator, bo.email);
  await visitor.go('/console/settings');
  await eventually(async () => assert.equal(await page.getByText('not confirmed yet').count(), 0));
});

test('redeems a code, makes a key, asks from the playground and by the printed line, and sees what it cost', async () => {
  const made = await fairlead.ask<readonly { code: string }[]>('redeem-create', { usd: '1.00', count: 1, days: 30 });
  await visitor.go('/console/wallet');
  await visitor.fill('Code', made[0]?.code ?? '');
  await visitor.press('Redeem code');
  await visitor.shows('The credit of the code is in the wallet.');
  await visitor.go('/console/keys');
  await visitor.press('Create key');
  await visitor.fill('Name', 'lamp');
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  await visitor.shows('This is shown once');
  const [shown = '', line = ''] = await page.getByRole('dialog').locator('pre').allTextContents();
  key = shown.trim();
  const [, path = ''] = /curl http:\/\/[^/]+(\/\S+)/.exec(line) ?? [];
  const [, body = ''] = /-d '(.*)'/.exec(line) ?? [];
  assert.equal((await call({ url, key, path, body: JSON.parse(body) })).status, 200);
  await visitor.press('I have kept it');
  await visitor.go('/console/playground');
  await page.getByLabel('Model', { exact: true }).selectOption('sandbox/echo');
  await visitor.press('Make a key for here');
  await visitor.fill('Message', 'a lamp in the night');
  await visitor.press('Send message');
  await page.locator('[aria-live]').getByText('a lamp in the night').waitFor();
  await visitor.shows('Charged');
  await eventually(async () => {
    await visitor.go('/console/activity');
    assert.ok((await page.getByText('sandbox/echo').count()) >= 2);
  });
});

test('sets a limit and hits it', async () => {
  await visitor.go('/console/keys');
  await visitor.press('Limits: lamp');
  await visitor.fill('Request limit', '1');
  await visitor.press('Save limits');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await eventually(async () => assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 429));
  await visitor.press('Limits: lamp');
  await visitor.fill('Request limit', '1000');
  await visitor.press('Save limits');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('tops up by a test payment, keeps the card, and downloads the invoice', async () => {
  await page.route('https://checkout.example/**', (route) => route.fulfill({ body: 'pay here' }));
  await visitor.go('/console/wallet');
  await visitor.fill('Amount in dollars', '20');
  await page.getByLabel('Keep this card').check();
  await visitor.press('Pay by card');
  await page.waitForURL('https://checkout.example/**');
  const asked = stripe.asked.findLast(({ path }) => path === '/v1/checkout/sessions');
  const payment = asked?.fields.get('metadata[fairlead_payment]') ?? asked?.fields.get('client_reference_id') ?? '';
  const event = eventOf('checkout.session.completed', {
    ...{ id: 'cs', payment_status: 'paid', amount_total: 2_000, currency: 'usd', payment_intent: 'pi_1' },
    ...{ customer: 'cus_1', metadata: { fairlead_payment: payment } },
  });
  const headers = { 'stripe-signature': sign(event), 'content-type': 'application/json' };
  assert.equal((await fetch(`${url}/webhooks/stripe`, { method: 'POST', headers, body: event })).status, 200);
  await eventually(async () => {
    await visitor.go('/console/wallet');
    assert.ok(await page.getByText('+20.000000000').count());
  });
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /^Download invoice/ }).click(),
  ]);
  assert.match(saved.suggestedFilename(), /^invoice-\d+\.pdf$/);
  await judgeEverywhere(visitor, 'wallet with an invoice');
});

test('says who serves, keeps a key at a provider, reads the log, and writes to support', async () => {
  await visitor.go('/console/routing');
  await visitor.press('Most private');
  await visitor.fill('Only in these regions', 'EU, us');
  await visitor.press('Save routing');
  await visitor.shows('Saved: requests go by it within a second.');
  await visitor.go('/console/routing');
  assert.equal(await page.getByLabel('Only in these regions').inputValue(), 'eu,us');
  assert.equal(await page.getByLabel('Only who keeps nothing').isChecked(), true);
  await visitor.fill('Only in these regions', 'no place!');
  await visitor.press('Save routing');
  await page.getByRole('alert').waitFor();
  await visitor.press('Add provider key');
  await visitor.fill('Provider or upstream', 'sandbox');
  await visitor.fill('Its secret', 'sk-of-bo');
  await page.getByRole('dialog').getByRole('button', { name: 'Add provider key' }).click();
  await page.getByRole('dialog').getByRole('alert').or(page.getByText('ends in')).first().waitFor();
  assert.deepEqual(await findBarriers(page), []);
  await page.keyboard.press('Escape');
  await visitor.go('/console/changes');
  await visitor.shows('settings change');
  await judgeEverywhere(visitor, 'log of changes');
  await visitor.go('/console/support');
  await visitor.fill('Subject', 'Lamp');
  await visitor.fill('Message', 'It flickers.');
  await visitor.press('Send message');
  await visitor.shows(/The number of your case is S-/);
  await judgeEverywhere(visitor, 'support');
});

test('invites a member, rotates and revokes the key: refused within a second', async () => {
  await visitor.go('/console/team');
  await visitor.press('Invite member');
  await visitor.fill('E-mail', 'cy@harbour.example');
  await visitor.press('Create invitation');
  await visitor.shows('It works once');
  await visitor.press('I have sent it');
  await visitor.go('/console/keys');
  await visitor.press('Rotate: lamp');
  await page.getByLabel('The old secret works for').selectOption('0');
  await visitor.press('Rotate key');
  await visitor.shows('This is shown once');
  const made = (await page.getByRole('dialog').locator('pre').first().textContent())?.trim() ?? '';
  await visitor.press('I have kept it');
  await eventually(async () => assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 401), 1_500);
  assert.notEqual((await call({ url, key: made, body: ask('sandbox/echo') })).status, 401);
  await visitor.press('Disable: lamp');
  await page.getByRole('dialog').getByRole('button', { name: 'Disable key' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await eventually(
    async () => assert.equal((await call({ url, key: made, body: ask('sandbox/echo') })).status, 401),
    1_500,
  );
});

test('renames the workspace, from the keyboard alone', async () => {
  await visitor.go('/console/settings');
  const field = page.getByLabel('Name of this workspace');
  for (let step = 0; step < 60; step += 1) {
    if (await field.evaluate((element) => element === element.ownerDocument.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Control+A');
  await page.keyboard.type('lamp keepers');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await visitor.shows('Saved.');
  await eventually(async () => assert.ok(await page.getByRole('option', { name: 'lamp keepers' }).count()));
});

test('nothing complained, and nobody but the payment provider was asked', () => {
  assert.deepEqual(
    visitor.complaints.filter((each) => !each.includes('https://checkout.example')),
    [],
  );
});
