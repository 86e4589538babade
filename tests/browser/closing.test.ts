// Closing an account and deleting a workspace in a real browser: what it means, the proof, the date, and taking it back.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { Browser } from '../journeys/browser.ts';
import { ask, call } from '../journeys/caller.ts';
import { eventually, runFairlead } from '../journeys/running-fairlead.ts';
import { ada, judgeEverywhere, openChromium, setUpAs, Visitor } from './chromium.ts';

const fairlead = await runFairlead({ after });
const { url } = fairlead;
const chromium = await openChromium({ after });
const operator = await Visitor.arrive(chromium, fairlead);
await setUpAs(operator, fairlead);
const grace = { email: 'grace@lighthouse.example', password: 'a lamp in the fog' };
const { workspace, key } = await graceAlone();
const visitor = await Visitor.arrive(chromium, fairlead);
const { page } = visitor;
const dialog = page.getByRole('dialog');

/** Another member, who is the only owner of a workspace with two dollars and a key. */
async function graceAlone(): Promise<{ readonly workspace: string; readonly key: string }> {
  const admin = new Browser(url);
  await admin.post('/api/auth/sign-in/email', { email: ada.email, password: ada.password });
  const invited = await admin.post('/api/v1/invitations', { email: grace.email, role: 'viewer' });
  const invitation = invited.json<{ data: { link: string } }>().data.link.split('/').at(-1) ?? '';
  const browser = new Browser(url);
  await browser.post('/api/auth/sign-up/email', { name: 'Grace', ...grace, invitation });
  await browser.post('/api/v1/invitations/accept', { token: invitation });
  const made = await browser.post('/api/v1/workspaces', { name: 'research' });
  assert.equal(made.status, 201, made.text);
  const { id } = made.json<{ data: { id: string } }>().data;
  await fairlead.ask('wallet-credit', { workspace: id, usd: '2.00' });
  const created = await fairlead.ask<{ key: string }>('key-create', { workspace: id, name: 'beam' });
  return { workspace: id, key: created.key };
}

const dayIn = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const answers = async (status: number) =>
  await eventually(async () => assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, status));

/** As after days in which a session was only used. */
function proofsAreOld(): void {
  using db = new DatabaseSync(join(fairlead.dataDir, 'people.db'));
  db.prepare('update session set proved_at = 1').run();
}

test('an account is closed with what is known of it, shows its date, and is taken back', async () => {
  await visitor.go('/console/privacy');
  await visitor.fill('E-mail', grace.email);
  await visitor.fill('Password', grace.password);
  await visitor.press('Sign in');
  await visitor.shows('For 14 days you can take it back');
  await answers(200);
  proofsAreOld();

  await page.getByRole('button', { name: 'Close your account' }).focus();
  await page.keyboard.press('Enter');
  await dialog.getByText('What law keeps').waitFor();
  await dialog.getByText(`14 days to take it back, until ${dayIn(14)}`).waitFor();
  await dialog.getByText(`gone by ${dayIn(28)}`).waitFor();
  await dialog.getByText(/research: \$(2\.00|1\.9\d) of paid credit is paid back/).waitFor();
  await visitor.keep('console-closing-before');
  const along = dialog.getByLabel('Delete research too');
  await dialog.getByRole('button', { name: 'Close your account' }).click();
  // The last owner names what goes along: the form does not go without.
  await dialog.locator('input:invalid').waitFor();
  await judgeEverywhere(visitor, 'closing, before');
  await along.focus();
  await page.keyboard.press('Space');
  await dialog.getByRole('button', { name: 'Close your account' }).click();
  await dialog.getByLabel('Your password').fill(grace.password);
  await dialog.getByRole('button', { name: 'Close your account' }).click();
  await dialog.waitFor({ state: 'detached' });

  await visitor.shows('Your account is being closed.');
  await page.locator('dd', { hasText: dayIn(14) }).waitFor();
  await page.locator('dd', { hasText: dayIn(28) }).waitFor();
  await answers(401);
  await judgeEverywhere(visitor, 'closing, asked for');
  const status = (await page.getByRole('link', { name: 'How far it is' }).getAttribute('href')) ?? '';
  const told = (await new Browser(url).visit(status)).json<{ data: { state: string } }>().data;
  assert.equal(told.state, 'pending', 'whoever has the address sees how far it is');
  await page.getByRole('button', { name: 'Cancel closing' }).scrollIntoViewIfNeeded();
  await visitor.keep('console-closing');

  await page.getByRole('button', { name: 'Cancel closing' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Close your account' }).waitFor();
  await answers(200);
});

test('an owner deletes the workspace and takes it back', async () => {
  await page.evaluate(`localStorage.setItem('fairlead.workspace', '${workspace}')`);
  await visitor.go('/console/privacy');
  await visitor.press('Delete research');
  await dialog.getByText(`until ${dayIn(14)}`).waitFor();
  await dialog.getByRole('button', { name: 'Delete research' }).click();
  await dialog.waitFor({ state: 'detached' });
  await visitor.shows('research is being deleted.');
  await answers(401);
  await judgeEverywhere(visitor, 'workspace, being deleted');
  await visitor.press('Cancel deletion of research');
  await page.getByRole('button', { name: 'Delete research' }).waitFor();
  await answers(200);
  assert.deepEqual(visitor.complaints, []);
});

test('the operator is told that its own workspace stays', async () => {
  await operator.go('/console/privacy');
  await operator.press('Close your account');
  await operator.shows(/is the operator’s own workspace and stays/);
  const inside = operator.page.getByRole('dialog');
  assert.equal(await inside.getByRole('button', { name: 'Close your account' }).count(), 0);
  await inside.getByRole('button', { name: 'Back' }).click();
  await inside.waitFor({ state: 'detached' });
});
