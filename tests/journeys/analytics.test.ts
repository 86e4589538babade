// Looks at pages are counted: by hour, path, host, country, device and family of browser, and nothing else is kept.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { VisitBook } from '#console/analytics/visit-book.ts';
import { call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after }, { env: { TRUSTED_PROXIES: '127.0.0.1' } });
const { url } = fairlead;

/** Counts are handed over every five seconds. */
const countedMs = 20_000;

const agents = {
  chrome:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.4.77.19 Safari/537.36 markagent',
  safari:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1',
};

function get(path: string, headers: Readonly<Record<string, string>> = {}) {
  return call({ url, path, method: 'GET', headers: { 'user-agent': agents.chrome, ...headers } });
}

function send(payload: object, headers: Readonly<Record<string, string>> = {}) {
  return call({
    url,
    path: '/api/send',
    headers: { 'user-agent': agents.safari, ...headers },
    body: { type: 'event', payload },
  });
}

type Sum = Readonly<Record<string, string | number>>;
const sums = (by: string) => fairlead.ask<readonly Sum[]>('page-views', { by });

test('a page that was shown is counted without a script, and one of another site through the address of Umami', async () => {
  for (let from = 0; from < 50; from += 1) {
    const address = `203.0.${from}.${from + 100}`;
    await get('/privacy?token=markquery#markhash', {
      'x-forwarded-for': address,
      'cf-ipcountry': from % 2 === 0 ? 'DE' : 'FR',
      referer: 'https://search.example/find?q=markreferrer',
    });
  }
  const sent = await send({
    website: 'x',
    hostname: 'shop.example',
    url: '/offer/2026123456?who=markquery',
    title: 'marktitle',
    screen: '1x1',
    data: { name: 'markdata' },
    referrer: 'https://ads.example/markpath',
  });
  assert.equal(sent.status, 200, sent.body.toString());
  assert.equal((await send({ nothing: true })).status, 400);

  await eventually(async () => {
    const rows = await sums('path,country,referrer,device,browser');
    const seen = rows.filter(({ path }) => path === '/privacy');
    assert.deepEqual(
      seen
        .map(({ country, referrer, device, browser, views, visitors }) => [
          country,
          referrer,
          device,
          browser,
          views,
          visitors,
        ])
        .sort(),
      [
        ['DE', 'search.example', 'desktop', 'chrome', 25, 25],
        ['FR', 'search.example', 'desktop', 'chrome', 25, 25],
      ],
    );
    const shop = rows.find(({ path }) => path === '/offer/:id');
    assert.deepEqual(
      [shop?.referrer, shop?.device, shop?.browser, shop?.views],
      ['ads.example', 'mobile', 'safari', 1],
    );
  }, countedMs);
});

test('neither an address, nor a browser, a query, a title or a referring page is in any file, and no cookie is set', async () => {
  const reply = await get('/privacy', { referer: 'https://x.example/markreferrer' });
  assert.equal(reply.headers['set-cookie'], undefined);
  const files = readdirSync(fairlead.dataDir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(fairlead.dataDir, name))
    .filter((path) => statSync(path).isFile());
  assert.ok(files.length > 2);
  for (const text of [...files.map((path) => readFileSync(path, 'latin1')), fairlead.stderr()]) {
    assert.doesNotMatch(
      text,
      /203\.0\.\d+\.\d|203\.0\.49|mark(?:agent|query|hash|referrer|title|data|path)|Mozilla|AppleWebKit/,
    );
  }
});

test('who says Do Not Track or Global Privacy Control is not counted, nor is a program', async () => {
  const before = JSON.stringify(await sums('path'));
  await get('/trust', { dnt: '1' });
  await get('/trust', { 'sec-gpc': '1' });
  await send({ url: '/gpc' }, { 'sec-gpc': '1' });
  await get('/trust', { 'user-agent': 'Googlebot/2.1' });
  await get('/docs', {});
  await eventually(async () => {
    const rows = await sums('path');
    assert.ok(rows.some(({ path }) => path === '/docs'));
    assert.ok(!rows.some(({ path }) => path === '/trust' || path === '/gpc'), before);
  }, countedMs);
});

test('the script is ours, at most a kilobyte, and touches neither cookie nor storage', async () => {
  const script = (await get('/count.js')).body;
  assert.ok(script.length <= 1_024, `${script.length} bytes`);
  assert.doesNotMatch(script.toString(), /cookie|localStorage|sessionStorage|indexedDB/);
  assert.match(script.toString(), /doNotTrack/);
  assert.match(script.toString(), /credentials:'omit'/);
});

test('one visitor is one on a day and another one on the next, and the salt of a day is gone after the second', async () => {
  const kept: Sum[] = [];
  let now = Date.UTC(2026, 10, 30, 12);
  const command = async (_: string, args: unknown) => {
    kept.push(...(args as { rows: Sum[] }).rows);
    return { value: {} };
  };
  const book = new VisitBook(command, () => now);
  const look = () =>
    book.see({ url: '/', referrer: '', userAgent: agents.chrome, country: '', host: 'h' }, '198.51.100.0/24');
  const flushed = async () => {
    kept.length = 0;
    await book.flush();
    return kept.map(({ views, visitors }) => [views, visitors]);
  };
  look();
  look();
  assert.deepEqual(await flushed(), [[2, 1]]);
  now += 86_400_000;
  look();
  assert.deepEqual(await flushed(), [[1, 1]]);
  assert.equal(book.saltsKept, 2);
  now += 86_400_000;
  look();
  await flushed();
  assert.equal(book.saltsKept, 2, 'the first one is forgotten');
});

test('whoever sends any number of paths makes a bounded number of rows an hour, in parts that the keeper takes', async () => {
  const sizes: number[] = [];
  let paths = 0;
  const command = async (_: string, args: unknown) => {
    const { rows } = args as { rows: { path: string; views: number }[] };
    sizes.push(rows.length);
    paths += rows.filter(({ path }) => path !== '/…').length;
    return rows.length > 1_000 ? { refused: 'Say rows.' } : { value: {} };
  };
  const book = new VisitBook(command, () => Date.UTC(2026, 10, 30, 12));
  const look = (url: string) =>
    book.see({ url, referrer: '', userAgent: agents.chrome, country: '', host: 'h' }, '198.51.100.0/24');
  const words = Array.from({ length: 60 }, (_, index) => String.fromCharCode(97 + (index % 26)).repeat(1 + index / 26));
  for (const first of words) for (const second of words) look(`/${first}/${second}`);
  await book.flush();
  assert.deepEqual(sizes, [1_000, 1_000, 1]);
  for (const first of words) look(`/later/${first}`);
  await book.flush();
  assert.deepEqual(sizes.slice(3), [1], 'also after a flush the hour has no more paths');
  assert.equal(paths, 2_000);
});
