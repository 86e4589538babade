// An inspection seen from both sides, in real browsers: two persons of the operator, and the workspace.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Browser, confirm } from '../journeys/browser.ts';
import { call } from '../journeys/caller.ts';
import { eventually, runFairlead } from '../journeys/running-fairlead.ts';
import { ada, judgeEverywhere, openChromium, setUpAs, Visitor } from './chromium.ts';

const fairlead = await runFairlead({ after }, { config: 'inspection: { allowed: true }\n' });
const { url, key } = fairlead;
const browser = await openChromium({ after });
const owner = await Visitor.arrive(browser, fairlead);
await setUpAs(owner, fairlead);
const bob = { email: 'bob@harbour.example', password: 'rope and tackle' };
await operatorToo();
const second = await Visitor.arrive(browser, fairlead);

/** Another person with a role of the operator's, who signs in by the door afterwards. */
async function operatorToo(): Promise<void> {
  const admin = new Browser(url);
  await admin.post('/api/auth/sign-in/email', { email: ada.email, password: ada.password });
  const invited = await admin.post('/api/v1/invitations', { email: bob.email, role: 'viewer' });
  const invitation = invited.json<{ data: { link: string } }>().data.link.split('/').at(-1) ?? '';
  const guest = new Browser(url);
  await guest.post('/api/auth/sign-up/email', { name: 'Bob', ...bob, invitation });
  await guest.post('/api/v1/invitations/accept', { token: invitation });
  await confirm(admin, bob.email);
  const granted = await admin.post('/api/v1/operator/roles', { email: bob.email, role: 'privacy' });
  assert.equal(granted.status, 200, granted.text);
}

const inDialog = ({ page }: Visitor) => page.getByRole('dialog');
const gone = async (visitor: Visitor) => await inDialog(visitor).waitFor({ state: 'detached' });

test('one asks, a second confirms, the workspace consents, one looks, and the workspace sees that look', async () => {
  await owner.go('/console/inspections');
  await owner.shows('Nobody has asked to look');
  await owner.press('Ask for a window');
  await inDialog(owner).getByLabel('Ticket').fill('HELP-7');
  await inDialog(owner).getByRole('button', { name: 'Ask for a window' }).click();
  await gone(owner);
  await owner.shows('waits for a second person');

  await second.go('/console/sign-in');
  await second.fill('E-mail', bob.email);
  await second.fill('Password', bob.password);
  await second.press('Sign in');
  await second.page.waitForURL(/\/console\/?$/);
  await second.go('/console/inspections');
  await second.press('Confirm');
  await inDialog(second).getByRole('button', { name: 'Confirm' }).click();
  await gone(second);

  // The owner is asked, and consents.
  await owner.go('/console/inspections');
  await owner.press('Answer');
  await owner.shows('up to 20 requests');
  await inDialog(owner).getByRole('button', { name: 'Allow this window' }).click();
  await gone(owner);
  await owner.shows(/^open$/);
  await sleep(1_000);
  const body = { model: 'sandbox/echo', messages: [{ role: 'user', content: 'a lamp in the fog' }] };
  assert.equal((await call({ url, key, body })).status, 200);

  await second.go('/console/inspections');
  await eventually(async () => {
    await second.go('/console/inspections');
    await second.page.getByText('1 of 20').first().waitFor({ timeout: 500 });
  }, 15_000);
  await second.press('Requests');
  await inDialog(second).getByRole('button', { name: 'Look' }).first().click();
  await second.shows('The look is written into the log of promises');
  await inDialog(second).getByRole('button', { name: 'Look' }).click();
  await inDialog(second).getByText('a lamp in the fog').first().waitFor();
  await inDialog(second).getByRole('button', { name: 'Close' }).click();

  await owner.go('/console/inspections');
  await owner.page.locator('dt:has-text("Looks so far") + dd', { hasText: '1' }).waitFor();
  await judgeEverywhere(owner, 'inspections');
  await owner.keep('console-inspections');
  await owner.press('End window');
  await owner.shows(/^closed$/);
});

test('nothing complained', () => {
  assert.deepEqual([...owner.complaints, ...second.complaints], []);
});
