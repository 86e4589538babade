// Every page in both themes, on a telephone and on a desk; how heavy the first view is; and how it all looks.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { operateText } from '../../web/text/operate.ts';
import { ask, call } from '../journeys/caller.ts';
import { eventually, runFairlead } from '../journeys/running-fairlead.ts';
import { judgeEverywhere, openChromium, setUpAs, Visitor } from './chromium.ts';

/** A host that answers, so that the timeline shows one that failed before it. */
const host = createServer((request, response) => {
  request.resume().once('end', () => {
    const usage = {
      prompt_tokens: 900,
      completion_tokens: 240,
      total_tokens: 1140,
      prompt_tokens_details: { cached_tokens: 512 },
    };
    const choices = [
      { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'The harbour is open.' } },
    ];
    response.setHeader('content-type', 'application/json');
    setTimeout(
      () => response.end(JSON.stringify({ id: 'x', object: 'chat.completion', model: 'llama', choices, usage })),
      180,
    );
  });
});
host.listen(0, '127.0.0.1');
await once(host, 'listening');
after(() => host.close());
const { port } = host.address() as AddressInfo;

const config = `
policy: { operator: Harbour Systems, contact: privacy@harbour.example, jurisdiction: DE }
routing: { strategy: order }
upstreams:
  pier-1:
    base_url: http://127.0.0.1:9/v1
    type: self_hosted
    region: de
    models:
      llama: { as: house/llama-3.3-70b, price: { input: 0.20, cached_input: 0.05, output: 0.60 } }
  pier-2:
    base_url: http://127.0.0.1:${port}/v1
    type: host
    provider: pierhost
    region: eu
    data: { retention_days: 0, trains: false, source: "https://pierhost.example/terms", checked: 2026-11-01 }
    models:
      llama: { as: house/llama-3.3-70b, price: { input: 0.25, cached_input: 0.06, output: 0.75 } }
  openai:
    base_url: http://127.0.0.1:9/v1
    provider: openai
    api_key: sk-of-nobody
    type: first_party
    region: us
    data: { retention_days: 30, trains: false, source: "https://openai.example/terms", checked: 2026-11-01 }
    models:
      gpt-5-mini: { as: openai/gpt-5-mini, price: { input: 0.25, cached_input: 0.025, output: 2.00 } }
`;
const fairlead = await runFairlead({ after }, { config });
const { url, key } = fairlead;
const browser = await openChromium({ after });
const visitor = await Visitor.arrive(browser, fairlead);
const { page } = visitor;
const publicPages = {
  home: '/',
  models: '/models',
  model: '/models/house/llama-3.3-70b',
  endpoints: '/endpoints',
  pricing: '/pricing',
  status: '/status',
  changes: '/changes',
  docs: '/docs/start/clients',
  privacy: '/privacy',
  trust: '/trust',
  subprocessors: '/subprocessors',
  missing: '/no/such/page',
};
const pages = [
  '',
  'playground',
  'keys',
  'activity',
  'models',
  'routing',
  'wallet',
  'team',
  'changes',
  'support',
  'settings',
];
/** Scripts of the first view, compressed: LOOK's and the issue's bound. */
const scriptBytesMax = 150 * 1024;

test('public pages: no barrier, and they look as they should', async () => {
  for (const [name, path] of Object.entries(publicPages)) {
    await visitor.go(path);
    await judgeEverywhere(visitor, name);
    if (['home', 'model', 'endpoints', 'status', 'trust', 'privacy'].includes(name)) await visitor.keep(name);
  }
});

test('doors: no barrier', async () => {
  for (const path of ['/console/sign-in', '/console/sign-up', '/console/nowhere']) {
    await visitor.go(path);
    await judgeEverywhere(visitor, path);
  }
  await setUpAs(visitor, fairlead);
});

test('pages before anything was asked teach the next step, without a barrier', async () => {
  for (const path of pages) {
    await visitor.go(`/console/${path}`);
    await judgeEverywhere(visitor, `empty /${path}`);
  }
  await visitor.go('/console/activity');
  assert.match(await page.locator('main pre').first().innerText(), /^curl http/);
});

test('the first view asks for no more script than it may', async () => {
  const fresh = await Visitor.arrive(browser, fairlead);
  await fresh.context.addCookies(await visitor.context.cookies());
  await fresh.go('/console/');
  const sizes = await fresh.page.evaluate<readonly (readonly [string, number])[]>(
    'performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js")).map(({ name, encodedBodySize }) => [name, encodedBodySize])',
  );
  const bytes = sizes.reduce((sum, [, size]) => sum + size, 0);
  assert.ok(sizes.length >= 2 && bytes > 30_000, 'the scripts were counted');
  assert.ok(bytes <= scriptBytesMax, `${bytes} bytes: ${sizes.map(([name, size]) => `${name} ${size}`).join(', ')}`);
  const scripts = await Promise.all(sizes.map(async ([name]) => await (await fetch(name)).text()));
  assert.ok(!scripts.some((script) => script.includes(operateText.freezeText)), 'texts of operators are in it');
  process.stdout.write(`First view: ${(bytes / 1024).toFixed(1)} KB of script in ${sizes.length} files\n`);
  await fresh.context.close();
});

test('the script of a page is asked for before it is known who is signed in', async () => {
  const fresh = await Visitor.arrive(browser, fairlead);
  await fresh.context.addCookies(await visitor.context.cookies());
  const asked = fresh.page.waitForRequest(/\/assets\/wallet-[^/]+\.js$/);
  await fresh.page.route('**/api/v1/me', async (route) => {
    await asked;
    await route.continue();
  });
  await Promise.all([asked, fresh.page.goto(`${url}/console/wallet`)]);
  await fresh.shows('Spent so far');
  await fresh.context.close();
});

test('pages of a workspace that is used: no barrier, and they look as they should', async () => {
  await useIt();
  for (const path of pages) {
    await visitor.go(`/console/${path}`);
    await judgeEverywhere(visitor, `/${path}`);
    const name = path === '' ? 'overview' : path;
    await visitor.keep(`console-${name}`);
  }
  await visitor.go('/console/activity');
  // The oldest one: its first endpoint failed.
  await page.locator('tbody a').last().click();
  await visitor.shows('How it went');
  await visitor.settle();
  await judgeEverywhere(visitor, 'generation');
  await visitor.keep('console-generation');
  await page.emulateMedia({ colorScheme: 'dark' });
  await visitor.keep('console-generation-dark');
  await visitor.go('/console/');
  await visitor.keep('console-overview-dark');
  await page.setViewportSize({ width: 360, height: 780 });
  await page.emulateMedia({ colorScheme: 'light' });
  await visitor.keep('console-overview-360');
  await page.getByRole('button', { name: 'Menu' }).click();
  await visitor.press('Keys', 'link');
  await visitor.settle();
  await visitor.keep('console-keys-360');
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('a server that does not answer is a fault with its id, and can be asked again', async () => {
  await visitor.go('/console/models');
  await page.route('**/api/v1/wallet', (route) => route.abort());
  await visitor.press('Wallet', 'link');
  await visitor.shows('The server did not answer.');
  await visitor.shows('no_answer');
  await judgeEverywhere(visitor, 'fault');
  await page.unroute('**/api/v1/wallet');
  await visitor.press('Try again');
  await visitor.shows('Spent so far');
});

test('what others wrote is text on every page', async () => {
  const evil = '<img src=x onerror=alert(1)>"\'';
  await fairlead.ask('key-create', { name: evil });
  await visitor.go('/console/keys');
  await visitor.shows(evil);
  assert.equal(await page.locator('img').count(), 0);
});

test('a list that is longer than a page goes on', async () => {
  for (let number = 0; number < 104; number += 1) await fairlead.ask('key-create', { name: `buoy ${number}` });
  await visitor.go('/console/keys');
  const rows = page.locator('tbody tr');
  assert.equal(await rows.count(), 50);
  await visitor.press('Later keys');
  await eventually(async () => assert.ok((await rows.first().innerText()) !== '' && (await rows.count()) === 50));
  await visitor.press('Later keys');
  await eventually(async () => assert.ok((await rows.count()) > 4 && (await rows.count()) < 50));
  assert.ok(await page.getByRole('button', { name: 'Later keys' }).isDisabled());
  await judgeEverywhere(visitor, 'last keys');
});

test('nothing complained, and nobody else was asked', () => {
  assert.deepEqual(visitor.complaints, []);
});

/** Some requests of each kind, of a key with both limits. */
async function useIt(): Promise<void> {
  const hour = { workspace: 'default', reset: 'daily' };
  await fairlead.ask('key-create', { ...hour, name: 'harbour light', limit_usd: '5.00', limit_requests: 1000 });
  const made = await fairlead.ask<{ key: string }>('key-create', {
    ...hour,
    name: 'night watch',
    limit_usd: '0.05',
    limit_requests: 40,
  });
  assert.equal((await call({ url, key: made.key, body: ask('house/llama-3.3-70b') })).status, 200);
  for (const model of [
    'sandbox/story',
    'sandbox/think',
    'sandbox/fault-status-500',
    'sandbox/fill-400',
    'sandbox/tool',
  ]) {
    for (let round = 0; round < 3; round += 1)
      await call({ url, key: round === 0 ? key : made.key, body: ask(model, { max_tokens: 2000 }) });
  }
  for (let round = 0; round < 4; round += 1) await call({ url, key: made.key, body: ask('house/llama-3.3-70b') });
  await eventually(async () => {
    const { generations } = await fairlead.ask<{ generations: readonly unknown[] }>('generation-list', {
      workspace: 'default',
    });
    assert.ok(generations.length >= 12, `${generations.length} are there`);
  });
}
