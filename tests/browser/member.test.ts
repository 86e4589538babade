// A person's way from the set-up link to a key that is refused, in a real browser.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, call } from '../journeys/caller.ts';
import { eventually, runFairlead } from '../journeys/running-fairlead.ts';
import { ada, findBarriers, openChromium, setUpAs, Visitor } from './chromium.ts';

const fairlead = await runFairlead({ after });
const { url } = fairlead;
const browser = await openChromium({ after });
const visitor = await Visitor.arrive(browser, fairlead);
const { page } = visitor;
let key = '';

test('whoever is not signed in is led to the door, and back to where they wanted to go', async () => {
  await visitor.go('/console/keys');
  await visitor.shows('No account yet?');
  assert.match(page.url(), /\/console\/sign-in\?next=/);
  await visitor.fill('E-mail', 'nobody@harbour.example');
  await visitor.fill('Password', 'not this one, ever');
  await visitor.press('Sign in');
  await page.getByRole('alert').waitFor();
  assert.deepEqual(await findBarriers(page), []);

  await setUpAs(visitor, fairlead);
  await page.getByText('start page').click();
  await visitor.go('/console/keys');
  await visitor.press('Sign out');
  await visitor.shows('No account yet?');
  await visitor.go('/console/keys');
  await visitor.fill('E-mail', ada.email);
  await visitor.fill('Password', ada.password);
  await visitor.press('Sign in');
  await visitor.shows('Keys that serve');
  assert.ok(page.url().endsWith('/console/keys'), page.url());
});

test('a new key is shown once, and the printed line works as it stands', async () => {
  await visitor.press('Create key');
  await page.getByRole('dialog').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  await visitor.shows('Give it a name');
  await visitor.fill('Name', 'harbour light');
  await visitor.fill('Dollar limit', 'five');
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  await visitor.shows('Say dollars as a number');
  assert.deepEqual(await findBarriers(page), []);
  await visitor.fill('Dollar limit', '5');
  await visitor.fill('Request limit', '3');
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  await visitor.shows('This is shown once');
  assert.deepEqual(await findBarriers(page), []);
  const [shown = '', line = ''] = await page.getByRole('dialog').locator('pre').allTextContents();
  key = shown.trim();
  assert.match(key, /^sk-fl-\w{40,}$/);

  const [, path = ''] = /curl http:\/\/[^/]+(\/\S+)/.exec(line) ?? [];
  const [, body = ''] = /-d '(.*)'/.exec(line) ?? [];
  assert.ok(line.includes(`Bearer ${key}`));
  assert.equal((await call({ url, key, path, body: JSON.parse(body) })).status, 200);

  await visitor.press('I have kept it');
  await visitor.go('/console/keys');
  assert.ok(!(await page.content()).includes(key), 'it is nowhere on the page any more');
  await visitor.shows('harbour light');
});

test('its request shows in Activity with its cost, and a page explains each cent', async () => {
  await eventually(async () => {
    await visitor.go('/console/activity');
    assert.ok(await page.getByText('sandbox/echo').count());
  });
  await visitor.shows('completed');
  await page.locator('tbody a').first().click();
  await visitor.shows('What each cent is for');
  await visitor.shows('Attempt 1');
  await visitor.settle();
  const rows = await page.locator('section[aria-label="What each cent is for"] tbody tr').allTextContents();
  const amounts = rows.map((row) => Number(/\$([\d.]+)$/.exec(row)?.[1]));
  const sum = amounts.at(-1) ?? 0;
  assert.ok(sum > 0, rows.join(' | '));
  const parts = amounts.slice(0, -1).reduce((all, each) => all + each, 0);
  // Parts are exact; the sum is rounded up to the nano-dollar once.
  assert.ok(sum - parts >= -1e-12 && sum - parts < 1e-9, `${parts} of ${sum}`);
});

test('a limit that is reached stops the key, and the page says how much is left', async () => {
  for (let round = 0; round < 2; round += 1)
    assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 200);
  assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 429);
  await eventually(async () => {
    await visitor.go('/console/');
    assert.ok(await page.getByText('0 of 3 left').count());
  });
  await visitor.go('/console/keys');
  await visitor.press('Limits: harbour light');
  await visitor.fill('Request limit', '1000');
  await visitor.press('Save limits');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await eventually(async () => assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 200));
});

test('the playground streams an answer and says what it cost', async () => {
  await visitor.go('/console/playground');
  await page.getByLabel('Model', { exact: true }).selectOption('sandbox/echo');
  await visitor.press('Send message');
  await visitor.shows('Say a key, or make one for here.');
  await visitor.press('Make a key for here');
  await visitor.shows('A key “Playground” was made');
  await visitor.fill('Message', 'seven bright lanterns');
  await visitor.press('Send message');
  await page.locator('[aria-live]').getByText('seven bright lanterns').waitFor();
  await visitor.shows('Charged');
  assert.deepEqual(await findBarriers(page), []);
  await visitor.press('Every step and cent', 'link');
  await visitor.shows('How it went');
});

test('a code tops the wallet up, and the statement shows the entry to the nano-dollar', async () => {
  const made = await fairlead.ask<readonly { code: string }[]>('redeem-create', { usd: '5.00', count: 1, days: 30 });
  await visitor.go('/console/wallet');
  await visitor.fill('Code', 'no such code');
  await visitor.press('Redeem code');
  await page.getByRole('alert').waitFor();
  await visitor.fill('Code', made[0]?.code ?? '');
  await visitor.press('Redeem code');
  await visitor.shows('The credit of the code is in the wallet.');
  await visitor.shows('+5.000000000');
  const kinds = await page.locator('section[aria-label="Statement"] td:nth-child(2)').allTextContents();
  assert.deepEqual([...new Set(kinds)].sort(), ['Charge', 'Credit']);
});

test('a rotated key has two secrets until the old one is over; a disabled one is refused within a second', async () => {
  await visitor.go('/console/keys');
  await visitor.press('Rotate: harbour light');
  await page.getByLabel('The old secret works for').selectOption('0');
  await visitor.press('Rotate key');
  await visitor.shows('This is shown once');
  const made = (await page.getByRole('dialog').locator('pre').first().textContent())?.trim() ?? '';
  assert.notEqual(made, key);
  await visitor.press('I have kept it');
  await eventually(async () => assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 401), 1_500);
  assert.equal((await call({ url, key: made, body: ask('sandbox/echo') })).status, 200);

  await visitor.press('Disable: harbour light');
  await visitor.shows('Disable harbour light?');
  await page.getByRole('dialog').getByRole('button', { name: 'Disable key' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await eventually(
    async () => assert.equal((await call({ url, key: made, body: ask('sandbox/echo') })).status, 401),
    1_500,
  );
  await visitor.shows('Disabled');
});

test('whoever is invited makes an account, joins, and may what the role says', async () => {
  await visitor.go('/console/team');
  await visitor.press('Invite member');
  await visitor.fill('E-mail', 'bo@harbour.example');
  await page.getByRole('dialog').getByLabel('Role').selectOption('viewer');
  await visitor.press('Create invitation');
  await visitor.shows('It works once');
  assert.deepEqual(await findBarriers(page), []);
  const link = (await page.getByRole('dialog').locator('pre').textContent())?.trim() ?? '';
  await visitor.press('I have sent it');
  await visitor.shows('bo@harbour.example');

  const guest = await Visitor.arrive(browser, fairlead);
  await guest.go(new URL(link).pathname);
  await guest.shows('You are invited');
  assert.deepEqual(await findBarriers(guest.page), []);
  await guest.page.fill('[name=name]', 'Bo Lightkeeper');
  await guest.page.fill('[name=password]', 'a quiet lamp room');
  await guest.press('Make account and accept');
  await guest.page.waitForLoadState();
  await guest.go('/console/keys');
  await guest.shows('Your role may not change keys.');
  assert.equal(await guest.page.getByRole('button', { name: 'Create key' }).isDisabled(), true);

  await visitor.go('/console/team');
  await visitor.press('Role: Bo Lightkeeper');
  await page.getByRole('dialog').getByLabel('Role').selectOption('developer');
  await visitor.press('Change role');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await guest.go('/console/keys');
  assert.equal(await guest.page.getByRole('button', { name: 'Create key' }).isEnabled(), true);
  await visitor.press('Remove: Bo Lightkeeper');
  await visitor.press('Remove member');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await eventually(async () => assert.equal(await page.getByRole('row', { name: /Bo Lightkeeper/ }).count(), 0));
  assert.deepEqual(guest.complaints, []);
  await guest.context.close();
});

test('everything is done from the keyboard: to a page, into a dialog, out of it, and back to where one was', async () => {
  await visitor.go('/console/');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the content');
  for (let step = 0; step < 20 && (await page.evaluate('document.activeElement.textContent')) !== 'Keys'; step += 1)
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await visitor.shows('Keys that serve');
  assert.equal(await page.evaluate('document.activeElement.id'), 'main');
  for (
    let step = 0;
    step < 5 && (await page.evaluate('document.activeElement.textContent')) !== 'Create key';
    step += 1
  )
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  for (let step = 0; step < 12; step += 1) {
    await page.keyboard.press('Tab');
    // A guard at its edge hands the keyboard back a moment later.
    await eventually(async () =>
      assert.ok(await page.evaluate('document.activeElement.closest("[role=dialog]") !== null'), 'the dialog keeps it'),
    );
  }
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await eventually(async () => assert.equal(await page.evaluate('document.activeElement.textContent'), 'Create key'));
});

test('nothing complained, and nobody else was asked', () => {
  assert.deepEqual(visitor.complaints, []);
});
