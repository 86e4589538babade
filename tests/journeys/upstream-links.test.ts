// Cards of upstreams: what they do with data, with links that are asked now and then, and a warning before it grows old.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { daysUntilStale } from '#core/routing/data-handling.ts';
import type { Upstream } from '#core/routing/endpoint.ts';
import { checkLinks, stateOfLink } from '#keeper/links/check-links.ts';
import { warnOfStale } from '#keeper/links/link-job.ts';
import { openStore } from '#store/open-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { call } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';

const statuses = new Map([
  ['/terms', 200],
  ['/gone', 404],
  ['/walled', 403],
]);
const asked: string[] = [];
const site = createServer((request, response) => {
  asked.push(request.url ?? '');
  response.writeHead(statuses.get(request.url ?? '') ?? 200).end('<p>Terms</p>');
});
await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
after(() => site.close());
const address = site.address();
assert.ok(typeof address === 'object' && address !== null);
const base = `http://127.0.0.1:${address.port}`;
const fairlead = await runFairlead(
  { after },
  {
    config: `
upstreams:
  near:
    base_url: ${base}/v1
    api_key: k
    provider: nearhost
    type: host
    region: eu
    data: { retention_days: 7, trains: false, human_review: true, source: "${base}/walled", terms: "${base}/terms", opt_out: "${base}/gone" }
    models: { m: { as: near/m, price: free } }
`,
  },
);
const dayMs = 86_400_000;
const noon = Date.UTC(2026, 11, 1, 12);

function upstream(data: Partial<Upstream['data']>): Upstream {
  return {
    ...{ name: 'near', provider: 'nearhost', seller: 'operator', protocols: ['openai-chat'], baseUrl: base },
    ...{ enabled: true, type: 'host', region: 'eu' },
    data: { retentionDays: 7, trains: false, source: `${base}/walled`, checked: '', ...data },
  };
}

test('a card has terms, data handling and opt-out of its upstream, and its links are asked', async () => {
  const [row] = await fairlead.ask<readonly { links: readonly { what: string; state: string; status: number }[] }[]>(
    'link-list',
    { check: true },
  );
  assert.deepEqual(
    row?.links.map(({ what, state, status }) => [what, state, status]),
    [
      ['source', 'works', 403],
      ['terms', 'works', 200],
      ['opt_out', 'failed-once', 404],
    ],
  );
  const page = (await call({ url: fairlead.url, path: '/subprocessors', method: 'GET' })).body.toString();
  for (const words of ['keeps 7 days', 'people there may read it', `${base}/terms`, `${base}/gone`, 'Opt out'])
    assert.ok(page.includes(words), words);
});

test('a link is asked once a week, a day after a failure, and two failures in a row are told', async (t) => {
  const store = await openStore({ dataDir: temporaryFolder((last) => t.after(last)), now: () => noon });
  t.after(() => store.close());
  const upstreams = [upstream({ terms: `${base}/terms`, optOut: `${base}/gone` })];
  const check = async (at: number) => {
    asked.length = 0;
    await checkLinks(store.links, { upstreams, now: () => at, max: 10 });
    return asked.toSorted();
  };
  const stateOf = async (path: string) =>
    stateOfLink((await store.links.all()).find(({ url }) => url === `${base}${path}`));

  assert.deepEqual(await check(noon), ['/gone', '/terms', '/walled']);
  assert.deepEqual(await check(noon + 3_600_000), []);
  assert.deepEqual(await check(noon + dayMs), ['/gone']);
  assert.equal(await stateOf('/gone'), 'broken');
  statuses.set('/gone', 301);
  assert.deepEqual(await check(noon + 2 * dayMs), ['/gone']);
  assert.equal(await stateOf('/gone'), 'works', 'one that works again is told so at once');
  assert.deepEqual(await check(noon + 7 * dayMs), ['/terms', '/walled']);
});

test('14 and 7 days before what is known grows old, and when it has, the operator is told, once for each', async (t) => {
  const store = await openStore({ dataDir: temporaryFolder((last) => t.after(last)), now: () => noon });
  t.after(() => store.close());
  const upstreams = () => [upstream({ checked: '2026-11-01' }), { ...upstream({}), name: 'own-word' }];
  const told: string[] = [];
  const tell = (alert: Readonly<Record<string, string>>) => void told.push(`${alert.upstream} ${alert.days_left}`);
  const day = (text: string) => Math.floor(Date.parse(text) / dayMs);
  assert.equal(daysUntilStale({ checked: '2026-11-01' }, day('2027-01-30')), 0);

  for (let at = Date.parse('2027-01-10T12:00:00Z'); at < Date.parse('2027-02-03'); at += dayMs / 2) {
    const context = { store, upstreams, log: () => {}, tell, now: () => at };
    await Promise.all(['k_1', 'k_2'].map((holder) => warnOfStale({ ...context, holder })));
  }

  assert.deepEqual(told, ['near 14', 'near 7', 'near -1']);
});
