// A newcomer's way without a mouse: every step by keys alone, and the focus is seen and where it makes sense after each.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setUp } from '../journeys/browser.ts';
import { ask, call } from '../journeys/caller.ts';
import { eventually, runFairlead } from '../journeys/running-fairlead.ts';
import { openChromium, Visitor } from './chromium.ts';

const fairlead = await runFairlead({ after }, { config: 'people: { sign_up: open }\n' });
const { url } = fairlead;
await setUp(fairlead);
const visitor = await Visitor.arrive(await openChromium({ after }), fairlead);
const { page } = visitor;
const tabsMax = 90;
let key = '';

type Focus = { readonly name: string; readonly tag: string; readonly isSeen: boolean; readonly inDialog: boolean };

/** What has the focus: its name as it is read out, and whether a ring shows it inside the window. */
async function focus(): Promise<Focus> {
  return await page.evaluate<Focus>(`(() => {
    const element = document.activeElement ?? document.body;
    const label = element.labels?.[0]?.textContent ?? element.getAttribute('aria-label') ?? element.textContent ?? '';
    const style = getComputedStyle(element);
    const { top, bottom } = element.getBoundingClientRect();
    const isRinged = element.matches(':focus-visible') && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return { name: label.trim(), tag: element.tagName.toLowerCase(), inDialog: element.closest('[role=dialog],[role=alertdialog]') !== null,
      isSeen: isRinged && bottom > 0 && top < innerHeight };
  })()`);
}

/** Tabs on until something of this name has the focus, and is seen to have it. */
async function reach(name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  for (let tab = 0; tab < tabsMax; tab += 1) {
    await page.keyboard.press('Tab');
    const now = await focus();
    passed.push(now.name.slice(0, 30));
    if (typeof name === 'string' ? now.name !== name : !name.test(now.name)) continue;
    assert.ok(now.isSeen, `the focus on "${now.name}" is not seen`);
    return;
  }
  assert.fail(`"${String(name)}" is not reached from the keyboard: ${passed.join(' | ')}`);
}

async function write(name: string, words: string): Promise<void> {
  await reach(name);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(words);
}

async function enter(name: string | RegExp): Promise<void> {
  await reach(name);
  await page.keyboard.press('Enter');
}

/** Another page begins at its top: the focus is on its main part, from where the next Tab goes on. */
async function goTo(name: string): Promise<void> {
  await enter(name);
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await eventually(async () => assert.equal((await focus()).tag, 'main'));
  await visitor.settle();
}

test('signs up and makes a workspace', async () => {
  await visitor.go('/console/sign-up');
  await write('Name', 'Cy Boatswain');
  await write('E-mail', 'cy@harbour.example');
  await write('Password', 'a bell in the fog');
  await page.keyboard.press('Enter');
  await visitor.shows('Your first workspace');
  await write('What you call it', 'boatswains');
  await page.keyboard.press('Enter');
  await visitor.shows('Your first request');
});

test('makes a key: the focus is in the window that opened, and back on its button afterwards', async () => {
  await goTo('Keys');
  await enter('Create key');
  await eventually(async () => assert.ok((await focus()).inDialog, 'the focus went into the window'));
  const { name } = await focus();
  if (name !== 'Name') await reach('Name');
  await page.keyboard.type('bell');
  await page.keyboard.press('Enter');
  await visitor.shows('This is shown once');
  await eventually(async () => assert.ok((await focus()).inDialog, 'the focus stays in the window'));
  key = ((await page.getByRole('dialog').locator('pre').first().textContent()) ?? '').trim();
  assert.match(key, /^sk-fl-/);
  await enter('I have kept it');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await eventually(async () => assert.equal((await focus()).name, 'Create key'));
});

test('gets credit and asks for the first time in the playground', async () => {
  const { id } = (await fairlead.ask<readonly { id: string; name: string }[]>('workspace-list')).find(
    (each) => each.name === 'boatswains',
  ) ?? { id: '' };
  await fairlead.ask('wallet-credit', { workspace: id, usd: '1.00' });
  await goTo('Playground');
  await reach('Model');
  await page.keyboard.type('sandbox/echo');
  await write('Key', key);
  await write('Message', 'a bell in the fog');
  await enter('Send message');
  await page.locator('[aria-live]').getByText('a bell in the fog').waitFor();
  await visitor.shows('Charged');
});

test('finds it in Activity, and opens it', async () => {
  await eventually(async () => {
    await goTo('Overview');
    await goTo('Activity');
    assert.ok(await page.getByText('sandbox/echo').count());
  });
  await enter(/ago|now|second|minute/);
  await visitor.shows('sandbox/echo');
  await eventually(async () => assert.equal((await focus()).tag, 'main'));
  assert.match(page.url(), /\/console\/activity\/gen-/);
});

test('sets a limit, and escapes from a window to its button', async () => {
  await goTo('Keys');
  await enter('Limits: bell');
  await eventually(async () => assert.ok((await focus()).inDialog));
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await eventually(async () => assert.equal((await focus()).name, 'Limits: bell'));
  await page.keyboard.press('Enter');
  await eventually(async () => assert.ok((await focus()).inDialog));
  if ((await focus()).name !== 'Request limit') await reach('Request limit');
  await page.keyboard.type('1');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await eventually(async () => assert.equal((await focus()).name, 'Limits: bell'));
  await eventually(async () => assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 429));
});

test('revokes the key; the focus is on the button that would enable it again', async () => {
  await enter('Disable: bell');
  await eventually(async () => assert.ok((await focus()).inDialog));
  await enter('Disable key');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await visitor.shows('Disabled');
  await eventually(async () => assert.equal((await focus()).name, 'Enable: bell'));
  await eventually(async () => assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 401));
  assert.deepEqual(visitor.complaints, []);
});
