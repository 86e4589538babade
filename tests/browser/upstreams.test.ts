// From a fresh start: an operator adds an upstream, sees it healthy, changes a price, watches the margin, freezes a workspace.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, call } from '../journeys/caller.ts';
import { eventually, runFairlead } from '../journeys/running-fairlead.ts';
import { answerOf, startUpstream } from '../journeys/scripted-upstream.ts';
import { judgeEverywhere, openChromium, setUpAs, Visitor } from './chromium.ts';

const secret = 'harbour-secret-a8Zq1vLk93';
const harbour = await startUpstream({ after }, ({ response, headers }) => {
  const isKnown = headers.authorization === `Bearer ${secret}`;
  response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
  response.end(isKnown ? answerOf('ready') : '{"error":{"message":"no","type":"x","code":"x"}}');
});
const fairlead = await runFairlead(
  { after },
  {
    config: `
upstreams:
  quay: { base_url: '${harbour.url}', data: { trains: false }, models: { m: { as: quay/m, price: { input: 1, output: 1 } } } }
`,
  },
);
const { url, key } = fairlead;
const browser = await openChromium({ after });
const visitor = await Visitor.arrive(browser, fairlead);
const { page } = visitor;
const dialog = page.getByRole('dialog');
await setUpAs(visitor, fairlead);

async function closed(): Promise<void> {
  await dialog.waitFor({ state: 'detached' });
}

test('an upstream that is added is tested and healthy, and answers', async () => {
  await visitor.go('/console/operate/upstreams');
  await visitor.shows('fairlead.yaml, line 3');
  await visitor.press('Add upstream');
  await judgeEverywhere(visitor, 'the form of an upstream');
  await visitor.fill('Name', 'harbour');
  await visitor.fill('Address', harbour.url);
  await visitor.fill('Key', secret);
  await visitor.fill('The upstream’s name of it', 'rope');
  await visitor.fill('Public name', 'harbour/rope');
  await visitor.fill('Input, $ per million tokens', '2');
  await visitor.fill('Output, $ per million tokens', '10');
  await visitor.keep('console-operate-upstream-form');
  await visitor.fill('Address', 'ftp://harbour.example');
  await dialog.getByRole('button', { name: 'Add upstream' }).click();
  await visitor.shows(/upstreams\.harbour\.base_url .*http/);
  await visitor.fill('Address', harbour.url);
  await dialog.getByRole('button', { name: 'Add upstream' }).click();
  await closed();

  await visitor.press('Test: harbour');
  await visitor.shows(/answered in \d+ ms/);
  await visitor.shows('••••Lk93');
  assert.ok(!(await page.content()).includes(secret));
  const answered = await call({ url, key, body: ask('harbour/rope', { max_tokens: 20 }) });
  assert.equal(answered.status, 200);
  await judgeEverywhere(visitor, 'operate/upstreams');
  await visitor.keep('console-operate-upstreams');
  await visitor.go('/console/operate/endpoints');
  await visitor.shows('harbour/rope@harbour');
  await judgeEverywhere(visitor, 'operate/endpoints');
  await visitor.keep('console-operate-endpoints');
});

test('what an upstream offers and does with data is edited, and what was not changed stays', async () => {
  await visitor.go('/console/operate/upstreams');
  await visitor.press('Edit: harbour');
  await visitor.shows('What harbour offers');
  assert.equal(await dialog.getByLabel('The upstream’s name of it').inputValue(), 'rope');
  await judgeEverywhere(visitor, 'the form of an upstream that is edited');
  await visitor.keep('console-operate-upstream-edit');
  await visitor.press('Add another model');
  const second = dialog.getByRole('group', { name: 'Model 2' });
  await second.getByLabel('The upstream’s name of it').fill('chain');
  await second.getByLabel('Public name').fill('harbour/chain');
  await second.getByLabel('Input, $ per million tokens').fill('1');
  await second.getByLabel('Output, $ per million tokens').fill('4');
  await dialog.getByLabel('Days for which it keeps what is sent').fill('7');
  await dialog.getByLabel('Where that is written down').fill('https://harbour.example/terms');
  await dialog.getByRole('button', { name: 'Save upstream' }).click();
  await closed();
  await eventually(async () =>
    assert.equal((await call({ url, key, body: ask('harbour/chain', { max_tokens: 20 }) })).status, 200),
  );
  assert.equal((await call({ url, key, body: ask('harbour/rope', { max_tokens: 20 }) })).status, 200);

  await eventually(async () => {
    await visitor.go('/console/operate/upstreams');
    await visitor.press('Edit: harbour');
    assert.equal(await dialog.getByLabel('Days for which it keeps what is sent').inputValue(), '7');
  });
  assert.equal(await dialog.getByLabel('Where that is written down').inputValue(), 'https://harbour.example/terms');
  const rows = dialog.getByRole('group');
  const chain = rows.filter({ has: page.locator('input[value="chain"]') });
  const number =
    (await chain.getByRole('textbox').first().inputValue()) === 'chain'
      ? await chain.locator('legend').innerText()
      : '';
  await dialog
    .getByLabel('Offer it no longer')
    .nth(Number(number.replace('Model ', '')) - 1)
    .check();
  await dialog.getByRole('button', { name: 'Save upstream' }).click();
  await closed();
  await eventually(async () =>
    assert.equal((await call({ url, key, body: ask('harbour/chain', { max_tokens: 20 }) })).status, 404),
  );
  assert.equal((await call({ url, key, body: ask('harbour/rope', { max_tokens: 20 }) })).status, 200);
});

test('a price that is changed shows in the margin, and what was charged stays', async () => {
  await visitor.go('/console/operate/prices');
  const button = page.getByRole('button', { name: 'Set price: quay/m@quay' });
  assert.equal(await button.isDisabled(), true);
  assert.match((await button.getAttribute('title')) ?? '', /fairlead\.yaml, line 3/);
  await visitor.press('Set price: harbour/rope@harbour');
  await dialog.getByLabel('Input, $ per million tokens').fill('200');
  await dialog.getByLabel('Output, $ per million tokens').fill('1000');
  await dialog.getByRole('button', { name: 'Set price' }).click();
  await closed();
  await visitor.press('Set markup');
  await dialog.getByLabel('Percent').fill('50');
  await dialog.getByRole('button', { name: 'Set markup' }).click();
  await closed();

  // Before: 5 × $2 + 1 × $10 per million, twice, with the test; now a hundred times that, and half as much on top.
  await eventually(async () => {
    const { status } = await call({ url, key, body: ask('harbour/rope', { max_tokens: 20 }) });
    assert.equal(status, 200);
    await page.reload();
    await visitor.settle();
    const row = await page.getByRole('row').filter({ hasText: 'harbour/rope@harbour' }).innerText();
    assert.match(row, /\$200\.00/);
    assert.match(row, /\$300\.00/);
    assert.match(await page.locator('dl').first().innerText(), /Margin\s+\$0\.0010/);
  }, 10_000);
  await judgeEverywhere(visitor, 'operate/prices');
  await visitor.keep('console-operate-prices');
});

test('a frozen workspace does nothing within a second', async () => {
  await visitor.go('/console/operate');
  await visitor.press('Freeze: default');
  await visitor.press('Freeze workspace');
  await closed();
  await eventually(async () => assert.equal((await call({ url, key, body: ask('harbour/rope') })).status, 401), 1_500);
  await visitor.press('Unfreeze: default');
  await visitor.press('Unfreeze workspace');
  await closed();
});

test('an upstream is switched off and removed, each named before it is done', async () => {
  await visitor.go('/console/operate/upstreams');
  await visitor.press('Disable: harbour');
  await visitor.shows('Disable harbour?');
  await visitor.press('Disable upstream');
  await closed();
  await eventually(async () => assert.equal((await call({ url, key, body: ask('harbour/rope') })).status, 404), 1_500);
  await visitor.press('Remove: harbour');
  await visitor.press('Remove upstream');
  await closed();
  await page.getByText('harbour', { exact: true }).waitFor({ state: 'detached' });
});

test('every other page of operators: no barrier, and it looks as it should', async () => {
  const pages = {
    'wallet-rule': 'No token is worth anything here',
    ledger: 'Trial balance',
    abuse: 'Nothing unusual',
    jobs: 'Who leads',
    outbox: 'Outbox',
    audit: 'operator-upstream-add',
    roles: 'Ada Harbourmaster',
  };
  for (const [name, words] of Object.entries(pages)) {
    await visitor.go(`/console/operate/${name}`);
    await visitor.shows(words);
    await judgeEverywhere(visitor, `operate/${name}`);
    await visitor.keep(`console-operate-${name}`);
  }
});

test('a page whose data does not come says so with its id', async () => {
  await page.route('**/api/v1/operator/margin**', (route) => route.abort());
  await visitor.go('/console/operate/prices');
  await visitor.shows('The server did not answer.');
  await judgeEverywhere(visitor, 'operate/prices, fault');
  await page.unroute('**/api/v1/operator/margin**');
});

test('nothing complained, and nobody else was asked', () => {
  assert.deepEqual(visitor.complaints, []);
});
