// What a person asks of what is kept about it, in a real browser: to see it, to have it, to correct it, to stop it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { ask, call } from '../journeys/caller.ts';
import { eventually, runFairlead } from '../journeys/running-fairlead.ts';
import { readZip } from '../rights/read-zip.ts';
import { ada, judgeEverywhere, openChromium, setUpAs, Visitor } from './chromium.ts';

const fairlead = await runFairlead({ after });
const { url, key } = fairlead;
const browser = await openChromium({ after });
const visitor = await Visitor.arrive(browser, fairlead);
const { page } = visitor;

test('the page says what is kept, and hands a copy of it over', async () => {
  await setUpAs(visitor, fairlead);
  assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 200);
  await visitor.go('/console/privacy');
  await visitor.shows('Your account: name, e-mail address, what you accepted');
  await visitor.press('Ask for a copy');
  await page.getByRole('dialog').getByRole('button', { name: 'Ask for a copy' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await visitor.press('Download copy');
  const download = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name: 'Download copy' }).click();
  const files = readZip(readFileSync(await (await download).path()));
  assert.match(files.get('data/person.jsonl')?.toString() ?? '', new RegExp(ada.email));
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  // Its index is a page for people, too.
  const reader = await browser.newPage();
  await reader.setContent(files.get('index.html')?.toString() ?? '');
  await reader.getByText('Who gets it').waitFor();
  await reader.close();
});

test('a name is corrected at once', async () => {
  await visitor.fill('Name', 'Ada of the Pier');
  await visitor.press('Correct name');
  await visitor.shows('Corrected.');
  await page.getByRole('navigation').getByText('Privacy').waitFor();
  await visitor.shows('Ada of the Pier');
});

test('a restriction stops the keys within a second, and is lifted again', async () => {
  await visitor.press('Restrict processing');
  await page.getByRole('dialog').getByRole('button', { name: 'Restrict processing' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await visitor.shows(/^Restricted since/);
  await eventually(async () => assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 403), 1_000);
  await judgeEverywhere(visitor, 'privacy, restricted');
  await visitor.press('Lift restriction');
  await page.getByRole('dialog').getByRole('button', { name: 'Lift restriction' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await eventually(async () => assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 200), 1_000);
});

test('an objection and a question are kept, and the question is taken back', async () => {
  await visitor.press(/^Object: Statistics/);
  await visitor.shows('You object');
  await visitor.press('Ask a person');
  await visitor.fill('Your words', 'Who saw my invoices?');
  await visitor.press('Send request');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await visitor.press('Withdraw: Question');
  await page.getByRole('button', { name: 'Withdraw: Question' }).waitFor({ state: 'detached' });
  await judgeEverywhere(visitor, 'privacy');
  // From another page one comes to its top.
  await visitor.go('/console/keys');
  await visitor.go('/console/privacy');
  await visitor.keep('console-privacy');
});

test('an owner reads the agreement on processing and accepts it for the workspace', async () => {
  await visitor.go('/legal/dpa');
  await visitor.shows('Annex 2: sub-processors');
  await judgeEverywhere(visitor, 'agreement');
  await visitor.keep('agreement');
  await visitor.go('/console/privacy');
  await visitor.press(/^Accept dpa-/);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Accept dpa-/ })
    .click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await visitor.shows(/^dpa-1, accepted on \d{4}-\d\d-\d\d, with /);
  await page.getByRole('heading', { name: 'Agreement on processing' }).scrollIntoViewIfNeeded();
  await visitor.keep('console-agreement');
});

test('the privacy desk has what was asked, finds out by hand who that is, and closes it', async () => {
  const asked = { kind: 'access', contact: 'ann@example.org', text: 'All that you have of me' };
  assert.equal((await call({ url, path: '/privacy/requests', body: asked })).status, 201);
  await visitor.go('/console/operate/privacy');
  await visitor.shows('All that you have of me');
  await judgeEverywhere(visitor, 'privacy desk');
  await visitor.keep('console-privacy-desk');
  await visitor.press(/^By hand: pc_/);
  await page.getByRole('dialog').getByRole('button', { name: 'By hand' }).click();
  await visitor.shows('Known by hand');
  await visitor.press(/^Close request: pc_/);
  await page.getByRole('dialog').getByRole('button', { name: 'Close request' }).click();
  await page.getByRole('button', { name: /^Close request: pc_/ }).waitFor({ state: 'detached' });
  assert.deepEqual(visitor.complaints, []);
});
