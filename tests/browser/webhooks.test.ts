// Webhooks as who leads a workspace and who operates meet them, end users, and the receipt of a deletion, in a real browser.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eventually, runFairlead } from '../journeys/running-fairlead.ts';
import { startUpstream } from '../journeys/scripted-upstream.ts';
import { judgeEverywhere, openChromium, setUpAs, Visitor } from './chromium.ts';

const receiver = await startUpstream({ after }, ({ response }) => {
  response.writeHead(204);
  response.end();
});
const fairlead = await runFairlead({ after });
const browser = await openChromium({ after });
const visitor = await Visitor.arrive(browser, fairlead);
const { page } = visitor;
await setUpAs(visitor, fairlead);

test('an address is added, its secret shown once; a test to a private one is told as such; it is rotated and removed', async () => {
  await visitor.go('/console/notifications');
  await visitor.press('Add webhook');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address').fill('https://localhost/fairlead');
  await dialog.getByLabel('Abuse suspected').uncheck();
  await dialog.getByRole('button', { name: 'Add webhook' }).click();
  await dialog.getByText('shown this once').waitFor();
  assert.match(await dialog.innerText(), /whsec_/);
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await visitor.press('Send test: https://localhost/fairlead');
  await visitor.shows('a private address: nothing was sent');
  await visitor.settle();
  await judgeEverywhere(visitor, 'webhooks');
  await visitor.keep('console-webhooks');

  await visitor.press('Rotate secret: https://localhost/fairlead');
  await dialog.getByRole('button', { name: 'Rotate secret' }).click();
  await dialog.getByText('shown this once').waitFor();
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await visitor.shows('the secret before this one signs as well');
  await visitor.press('Remove: https://localhost/fairlead');
  await dialog.getByRole('button', { name: 'Remove webhook' }).click();
  await visitor.shows('No address is told anything yet');
});

test('an operator adds an address of its own network, sees a test arrive, and wants letters about outages', async () => {
  await visitor.go('/console/operate');
  await visitor.press('Add webhook');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address').fill(`${receiver.url}/operator`);
  await dialog.getByRole('button', { name: 'Add webhook' }).click();
  await dialog.getByText('shown this once').waitFor();
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await visitor.press(`Send test: ${receiver.url}/operator`);
  await eventually(async () => assert.equal(receiver.received.length, 1));
  await visitor.shows('Taken');
  await page.getByLabel('Write to me when').click();
  await eventually(async () => assert.equal(await page.getByLabel('Write to me when').isChecked(), true));
  await visitor.settle();
  await judgeEverywhere(visitor, 'operate with webhooks');
  await visitor.keep('console-operate-webhooks');
  await page.reload();
  await page.getByLabel('Write to me when').waitFor();
  assert.equal(await page.getByLabel('Write to me when').isChecked(), true);
});

test('what is kept of an end user is shown, and deleted', async () => {
  await visitor.go('/console/privacy');
  await page.getByLabel('End user').fill('customer 17');
  await visitor.press('Show what is kept');
  await page.getByRole('dialog').getByRole('button', { name: 'Show what is kept' }).click();
  await visitor.shows('"pseudonym"');
  await visitor.press('Delete end user');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete end user' }).click();
  await visitor.shows('"left": []');
  await visitor.settle();
  await judgeEverywhere(visitor, 'end users');
  await visitor.keep('console-end-users');
});

test('a deletion that is under way is a page to read for whoever has its number', async () => {
  await fairlead.ask('workspace-create', { name: 'leaving' });
  const { id } = await fairlead.ask<{ id: string }>('erasure-open', { workspace: 'leaving' });
  await visitor.go(`/privacy/deletions/${id}`);
  await visitor.shows('The deletion of this workspace was asked for');
  await judgeEverywhere(visitor, 'deletion');
  await visitor.keep('deletion');
});
