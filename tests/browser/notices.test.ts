// A change of the policy and a new sub-processor as a member meets them: told, read, accepted, objected to.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { ask, call } from '../journeys/caller.ts';
import { eventually, runInFolder } from '../journeys/running-fairlead.ts';
import { ada, judgeEverywhere, openChromium, setUpAs, Visitor } from './chromium.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());
const folder = mkdtempSync(join(tmpdir(), 'fl-told-'));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
const line = (name: string) =>
  `  ${name}: { base_url: "${simulator.url}", api_key: key-${name}, provider: ${name}, type: host, region: eu, data: { trains: false }, models: { sandbox/echo: { as: t/${name}, price: free } } }\n`;
const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
const browser = await openChromium({ after });

const first = await runInFolder({ after }, folder, {
  config: `retention: { usage_days: 30 }\nupstreams:\n${line('old')}`,
});
const stranger = await Visitor.arrive(browser, first);
await setUpAs(stranger, first);
await first.stop();

const fairlead = await runInFolder({ after }, folder, {
  config: `retention: { usage_days: 60 }\npolicy: { effective: ${day} }\nupstreams:\n${line('old')}${line('fresh')}`,
});
const visitor = await Visitor.arrive(browser, fairlead);
const { page } = visitor;

test('a member is told above every page, reads word by word what changes, and accepts it', async () => {
  await visitor.go('/console/sign-in');
  await visitor.fill('E-mail', ada.email);
  await visitor.fill('Password', ada.password);
  await visitor.press('Sign in');
  await visitor.shows(`Version 2 of the privacy policy takes effect on ${day}.`);
  await visitor.settle();
  await judgeEverywhere(visitor, 'overview with notices');
  await visitor.keep('console-notices');

  await visitor.press('What changes, word by word', 'link');
  await page.locator('ins').getByText('60').first().waitFor();
  await judgeEverywhere(visitor, 'notices');
  await visitor.keep('notices');
  await visitor.go('/console/');
  await visitor.press('Accept version 2');
  await page.getByText('Version 2 of the privacy policy').first().waitFor({ state: 'detached' });
  const { accepted } = await fairlead.ask<{ accepted: readonly { version: string }[] }>('policy-acceptances');
  assert.deepEqual(
    accepted.map(({ version }) => version),
    ['strict-2'],
  );
});

test('who leads the workspace objects to a new sub-processor, and nothing is sent there', async () => {
  await visitor.press('Object or agree', 'link');
  await visitor.shows('Who else gets data');
  await visitor.settle();
  await judgeEverywhere(visitor, 'notifications');
  await visitor.keep('console-notifications');
  await visitor.press('Object to fresh');
  await page.getByRole('button', { name: 'Withdraw objection to fresh' }).waitFor();

  await eventually(async () => {
    const reply = await call({ url: fairlead.url, key: first.key, body: ask('t/fresh') });
    assert.match(reply.body.toString(), /sub_processor:objection/);
  });
  await visitor.press('I have seen it');
  await page.getByRole('complementary', { name: 'What changes' }).waitFor({ state: 'detached' });
  const told = await fairlead.ask<readonly { told: { seen: number } }[]>('notice-list');
  assert.ok(told.every(({ told: { seen } }) => seen === 1));
});

test('a member agrees to news in the words that it reads, and takes that back', async () => {
  await visitor.shows('You get no news by mail.');
  await visitor.press('I agree');
  await page.getByRole('button', { name: 'Send me no more news' }).waitFor();
  await page.getByRole('heading', { name: 'Letters', exact: true }).scrollIntoViewIfNeeded();
  await judgeEverywhere(visitor, 'letters');
  await visitor.keep('console-letters');
  assert.equal((await fairlead.ask<{ people: number }>('news-send', { subject: 'June', text: 'x' })).people, 1);

  await visitor.press('Send me no more news');
  await visitor.shows(/agreed on \d{4}-\d\d-\d\d, taken back on/);
  assert.equal((await fairlead.ask<{ people: number }>('news-send', { subject: 'July', text: 'x' })).people, 0);
  assert.deepEqual(visitor.complaints, []);
});
