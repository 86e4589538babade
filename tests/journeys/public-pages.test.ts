// What anybody sees of a Fairlead without a key, and the same as data.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, call, type Reply } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const config = `
policy: { operator: "Harbour & <Sons>", contact: privacy@harbour.example, jurisdiction: DE }
upstreams:
  far:
    base_url: http://127.0.0.1:9/v1
    api_key: sk-of-nobody
    provider: "far<host>"
    seller: captain
    type: host
    region: eu
    data: { retention_days: 7, trains: unknown, source: "https://far.example/terms", checked: 2026-11-01 }
    models:
      m: { as: far/m, price: { input: 0.25, cached_input: 0.025, output: 2 } }
      n: { as: far/n, price: { input: 1, output: 4, tiers: [{ above_input: 200000, input: 2, output: 8 }] } }
  near:
    base_url: http://127.0.0.1:9/v1
    region: de
    type: self_hosted
    models:
      m: { as: far/m, price: free }
models:
  far/m: { context: 128000, max_output: 4096, aliases: [m] }
markup: [{ percent: 10, seller: captain }]
`;
const fairlead = await runFairlead({ after }, { config });
const { url, key } = fairlead;

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  return call({ url, key: undefined, path, method: 'GET', headers });
}
const textOf = async (path: string) => (await get(path)).body.toString();
const jsonOf = async (path: string) => JSON.parse(await textOf(path));

const pages = {
  '/': '/index.json',
  '/models': '/models.json',
  '/models/far/m': '/models/far/m.json',
  '/endpoints': '/endpoints.json',
  '/pricing': '/pricing.json',
  '/status': '/status.json',
  '/changes': '/changes.json',
  '/docs': '/docs.json',
  '/docs/start/clients': '/docs/start/clients.json',
};

test('each public page stands without a script, asks nothing of others, and has a twin in JSON and a tag', async () => {
  for (const [path, twin] of Object.entries(pages)) {
    const reply = await get(path);
    const text = reply.body.toString();
    assert.equal(reply.status, 200, path);
    assert.match(String(reply.headers['content-security-policy']), /default-src 'none'/);
    assert.doesNotMatch(text, /<script|<img|<iframe|<style|\ssrc=|\sstyle=|\son\w+=/i, path);
    assert.equal(reply.headers['set-cookie'], undefined);
    const again = await get(path, { 'if-none-match': String(reply.headers.etag) });
    assert.deepEqual([again.status, again.body.length], [304, 0], path);
    const data = await get(twin);
    assert.match(String(data.headers['content-type']), /json/, twin);
    assert.ok(JSON.parse(data.body.toString()), twin);
    assert.equal((await get(twin, { 'if-none-match': String(data.headers.etag) })).status, 304, twin);
  }
});

test('every link of a public page leads to something', async () => {
  const seen = new Set<string>();
  const open = ['/', '/privacy', '/trust', '/subprocessors', ...Object.keys(pages)];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const reply = await get(path);
    assert.equal(reply.status, 200, path);
    if (!String(reply.headers['content-type']).startsWith('text/html')) continue;
    const text = reply.body.toString();
    for (const [, href = ''] of text.matchAll(/\shref="([^"]*)"/g)) {
      const [target = '', section] = href.split('#');
      if (/^[a-z]+:/.test(target)) continue;
      if (target === '' || target === path)
        assert.ok(section === undefined || text.includes(`id="${section}"`), `${path} → ${href}`);
      else open.push(target.replaceAll('&amp;', '&'));
    }
  }
  assert.ok(seen.size > 40, 'the pages were found');
});

test('an endpoint shows type, region, data handling with its source, and what a customer pays', async () => {
  const { models, operator } = await jsonOf('/models.json');
  const model = models.find(({ id }: { id: string }) => id === 'far/m');
  assert.deepEqual(
    model.endpoints.map((each: Record<string, unknown>) => [each.id, each.type, each.region, each.price]),
    [
      ['far/m@far', 'host', 'eu', { input: '0.275', cached_input: '0.0275', output: '2.2' }],
      ['far/m@near', 'self_hosted', 'de', { input: '0', output: '0' }],
    ],
  );
  assert.equal(operator.name, 'Harbour & <Sons>');
  const page = await textOf('/models/far/m');
  for (const words of [
    'keeps 7 days, training unknown',
    'keeps nothing, does not train',
    'https://far.example/terms',
    '$0.275',
    'free',
  ]) {
    assert.ok(page.includes(words), words);
  }
  assert.ok(page.includes('far&lt;host&gt;') && !page.includes('far<host>'), 'what the operator wrote is text');
  assert.equal(await textOf('/models/m'), page, 'an alias leads to the same');
  assert.ok((await textOf('/pricing')).includes('above 200,000 input tokens: $2.20 in, $8.80 out'));
});

test('nothing of how upstreams are reached, and nothing of what we pay, is told', async () => {
  const told = Object.values(pages).filter((twin) => !twin.startsWith('/docs'));
  for (const twin of [...told, '/llms.txt', '/changes.rss']) {
    assert.doesNotMatch(await textOf(twin), /127\.0\.0\.1:9\/|base_url|baseUrl|sk-of-nobody|"cost"/, twin);
  }
});

test('the printed line works as it stands', async () => {
  const [, path = ''] = /curl http:\/\/[^/]+(\/\S+)/.exec(await textOf('/models/sandbox/echo')) ?? [];
  const body = /-d &#39;(.*?)&#39;/.exec(await textOf('/models/sandbox/echo'))?.[1]?.replaceAll('&quot;', '"');
  const reply = await call({ url, key, path, body: JSON.parse(body ?? '') });
  assert.equal(reply.status, 200);
  assert.match(reply.body.toString(), /Hello there/);
});

test('the status tells of endpoints, and not how much a customer asks', async () => {
  for (let round = 0; round < 3; round += 1) await call({ url, key, body: ask('sandbox/echo') });
  await eventually(async () => {
    const usage = await fairlead.ask<readonly unknown[]>('usage', { by: 'endpoint' });
    assert.ok(usage.length > 0);
  });
  const { endpoints, state } = await jsonOf('/status.json');
  const echo = endpoints.find(({ id }: { id: string }) => id === 'sandbox/echo@sandbox');
  assert.equal(state, 'working');
  assert.deepEqual([echo.state, echo.answered, echo.requests_at_least, echo.days.length], ['working', null, 0, 30]);
  assert.ok(echo.days.every(({ answered }: { answered: unknown }) => answered === null));
});

test('changes are there for people, for feeds and as data', async () => {
  const changes = await jsonOf('/changes.json');
  const feed = await get('/changes.rss');
  assert.match(String(feed.headers['content-type']), /application\/rss\+xml/);
  const items = feed.body.toString().split('<item>').length - 1;
  assert.equal(items, changes.length);
  assert.ok(changes.some(({ subject }: { subject: string }) => subject === 'far/m@far'));
});

test('a machine finds whom to write to, and what there is to read', async () => {
  const security = await textOf('/.well-known/security.txt');
  assert.match(security, /^Contact: mailto:privacy@harbour\.example$/m);
  const expires = new Date(/^Expires: (.*)$/m.exec(security)?.[1] ?? '').getTime() - Date.now();
  assert.ok(expires > 86_400_000 * 100 && expires < 86_400_000 * 366);
  const index = await textOf('/llms.txt');
  const [, page = ''] = /\(https?:\/\/[^/]+(\/docs\/start\/clients\.md)\)/.exec(index) ?? [];
  assert.match(await textOf(page), /^# Programs and SDKs/);
});

test('sheets and fonts are ours, and may be kept for ever', async () => {
  const links = [...(await textOf('/')).matchAll(/rel="stylesheet" href="([^"]+)"/g)].map(([, href = '']) => href);
  assert.equal(links.length, 2);
  const sheets = await Promise.all(links.map((href) => get(href)));
  for (const { headers } of sheets) assert.match(String(headers['cache-control']), /immutable/);
  const fonts = [
    ...sheets
      .map(({ body }) => body.toString())
      .join()
      .matchAll(/url\('([^']+)'\)/g),
  ].map(([, path = '']) => path);
  assert.ok(fonts.length >= 2);
  for (const path of fonts) {
    const { status, headers, body } = await get(path);
    assert.deepEqual(
      [status, headers['content-type'], body.subarray(0, 4).toString()],
      [200, 'font/woff2', 'wOF2'],
      path,
    );
  }
  assert.equal((await get('/fonts/..%2f..%2fpackage.json')).status, 404);
  assert.equal((await get('/docs/start/..%2f..%2f..%2fpackage')).status, 404);
});
