// Whoever guards an account with a second factor, or has lost the password, comes in again, in a real browser.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eventually, runFairlead } from '../journeys/running-fairlead.ts';
import { totp } from '../support/totp.ts';
import { ada, findBarriers, judgeEverywhere, openChromium, setUpAs, Visitor } from './chromium.ts';

const fairlead = await runFairlead({ after });
const browser = await openChromium({ after });
const visitor = await Visitor.arrive(browser, fairlead);
const { page } = visitor;
await setUpAs(visitor, fairlead);
let secret = '';
let codes: readonly string[] = [];

/** Somebody with an empty profile says the right password. */
async function comeBack(): Promise<Visitor> {
  const guest = await Visitor.arrive(browser, fairlead);
  await guest.go('/console/wallet');
  await guest.fill('E-mail', ada.email);
  await guest.fill('Password', ada.password);
  await guest.press('Sign in');
  return guest;
}

test('a second factor is switched on in Settings: its secret and recovery codes are shown once, beside a code', async () => {
  await visitor.go('/console/settings');
  await visitor.press('Switch on');
  await visitor.fill('Your password', 'not this one');
  await visitor.press('Next');
  await page.getByRole('alert').waitFor();
  await visitor.fill('Your password', ada.password);
  await visitor.press('Next');
  await visitor.shows('Recovery codes, shown once');
  assert.deepEqual(await findBarriers(page), []);
  const [shown = '', listed = ''] = await page.getByRole('dialog').locator('pre').allTextContents();
  secret = shown.trim();
  codes = listed.trim().split('\n');
  assert.match(secret, /^[A-Z2-7]{32,}$/);
  assert.ok(codes.length >= 8 && codes.every((code) => code.length > 8));
  assert.equal(
    await page
      .getByRole('dialog')
      .locator('a[href^="otpauth://"]')
      .getAttribute('href')
      .then((to) => to?.includes(secret)),
    true,
  );
  const [code, copy] = await Promise.all([
    page.getByRole('dialog').locator('pre').first().boundingBox(),
    page.getByRole('dialog').getByRole('button', { name: 'Copy' }).first().boundingBox(),
  ]);
  assert.ok(code && copy && code.x + code.width <= copy.x, 'the button covers no code');
  await visitor.fill('Code', totp(secret));
  await visitor.press('Switch it on');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Switch off' }).waitFor();
  await judgeEverywhere(visitor, 'settings with a second factor');
});

test('from then on the door asks for a code, and a recovery code opens it, too', async () => {
  const guest = await comeBack();
  await guest.shows('The second factor');
  assert.deepEqual(await findBarriers(guest.page), []);
  await guest.fill('Code', '000000');
  await guest.press('Continue');
  await guest.page.getByRole('alert').waitFor();
  // The next one: whoever saw that of the step before may not use it again.
  await guest.fill('Code', totp(secret, 1));
  await guest.press('Continue');
  await guest.shows('Spent so far');
  assert.ok(guest.page.url().endsWith('/console/wallet'), guest.page.url());
  await guest.context.close();

  const lost = await comeBack();
  await lost.press('Use a recovery code');
  await lost.fill('Recovery code', codes[0] ?? '');
  await lost.press('Continue');
  await lost.shows('Spent so far');
  assert.deepEqual([...guest.complaints, ...lost.complaints], []);
  await lost.context.close();
});

test('it is switched off with the password, and then the password is enough', async () => {
  await visitor.go('/console/settings');
  await visitor.press('Switch off');
  await visitor.fill('Your password', ada.password);
  await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
  await page.getByRole('button', { name: 'Switch on' }).waitFor();
  const guest = await comeBack();
  await guest.shows('Spent so far');
  await guest.context.close();
});

test('who has lost the password asks for a letter at the door, also for a link that signs in', async () => {
  const asked: string[] = [];
  const guest = await Visitor.arrive(browser, fairlead);
  guest.page.on('response', (answer) => asked.push(`${answer.status()} ${new URL(answer.url()).pathname}`));
  await guest.go('/console/sign-in');
  for (const [open, send, path] of [
    ['Forgotten the password?', 'Send letter', '200 /api/auth/request-password-reset'],
    ['Sign in by a link', 'Send link', '200 /api/auth/sign-in/magic-link'],
  ] as const) {
    await guest.press(open);
    assert.deepEqual(await findBarriers(guest.page), []);
    await guest.fill('E-mail', 'nobody@harbour.example');
    await guest.press(send);
    await guest.shows('It is on its way.');
    await eventually(async () => assert.ok(asked.includes(path), asked.join(', ')));
    await guest.press('Back to the password');
  }
  assert.deepEqual(guest.complaints, []);
  await guest.context.close();
});

test('nothing complained, and nobody else was asked', () => {
  assert.deepEqual(visitor.complaints, []);
});
