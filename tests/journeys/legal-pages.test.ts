// What anybody may read about privacy, and the start that refuses to say one thing and do another.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { inventory } from '#core/privacy/inventory.ts';
import { ask, call, type Reply } from './caller.ts';
import { eventually, runFairlead, runInFolder } from './running-fairlead.ts';

const config = `
policy: { operator: "Harbour & <Sons>", contact: privacy@harbour.example, jurisdiction: DE }
payments:
  stripe: { secret_key: sk_test_1, webhook_secret: whsec_0123456789abcdef0123456789, api_base: "http://127.0.0.1:9" }
upstreams:
  far:
    base_url: http://127.0.0.1:9/v1
    provider: farhost
    seller: captain
    type: host
    region: eu
    data: { retention_days: 7, trains: unknown, source: "https://far.example/terms", checked: 2026-11-01 }
    models: { m: { as: far/m, price: free } }
`;
const fairlead = await runFairlead({ after }, { config });
const { url, key } = fairlead;

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  return call({ url, key: undefined, path, method: 'GET', headers });
}

const pages = ['/privacy', '/trust', '/subprocessors', '/legal/privacy/1'];

test('each page stands without a script, asks nothing of others, and has a twin in JSON', async () => {
  for (const path of pages) {
    const reply = await get(path);
    const text = reply.body.toString();
    assert.equal(reply.status, 200, path);
    assert.match(String(reply.headers['content-security-policy']), /default-src 'none'/);
    assert.doesNotMatch(text, /<script|<img|<iframe|src=|onclick/i, path);
    const links = Array.from(text.matchAll(/<link[^>]*href="([^"]*)"/g), ([, href = '']) => href);
    assert.ok(
      links.every((href) => href.startsWith('/')),
      path,
    );
    assert.equal(reply.headers['set-cookie'], undefined);
    const twin = await get(`${path}.json`);
    assert.match(String(twin.headers['content-type']), /json/);
    assert.ok(JSON.parse(twin.body.toString()));
  }
  assert.equal((await get('/legal/privacy/99')).status, 404);
  assert.equal((await get('/legal/privacy/x')).status, 404);
});

test('who has a page already is told that it is the same', async () => {
  for (const path of [...pages, '/privacy.json']) {
    const tag = String((await get(path)).headers.etag);
    const again = await get(path, { 'if-none-match': tag });
    assert.deepEqual([again.status, again.body.length], [304, 0], path);
    assert.equal((await get(path, { 'if-none-match': '"other"' })).status, 200);
  }
});

test('the policy names operator, contact and date, and every category of data that is kept', async () => {
  const text = (await get('/privacy')).body.toString();
  assert.ok(text.includes('Harbour &amp; &lt;Sons&gt;'), 'what the operator wrote is text');
  assert.ok(text.includes('privacy@harbour.example'));
  const policy = JSON.parse((await get('/privacy.json')).body.toString()) as {
    version: number;
    effective: string;
    kept: readonly { category: string; places: number }[];
  };
  assert.equal(policy.version, 1);
  assert.ok(text.includes(policy.effective));
  assert.deepEqual(
    policy.kept.map(({ category }) => category).sort(),
    [...new Set(inventory.map(({ category }) => category))].sort(),
  );
  assert.equal(
    policy.kept.reduce((sum, { places }) => sum + places, 0),
    inventory.length,
  );
});

test('sub-processors are those that are configured, who takes payments too, and the sandbox is none', async () => {
  const rows = JSON.parse((await get('/subprocessors.json')).body.toString()) as readonly Record<string, unknown>[];
  assert.deepEqual(
    rows.map(({ name, provider, seller, region }) => [name, provider, seller, region]),
    [
      ['far', 'farhost', 'captain', 'eu'],
      ['stripe', 'stripe', 'operator', 'unknown'],
    ],
  );
});

test('a receipt names the version of the policy in force', async () => {
  const reply = await call({ url, key, body: ask('sandbox/echo') });
  const path = `/api/v1/receipts/${String(reply.headers['x-fairlead-receipt'])}`;
  await eventually(async () => {
    const { data } = JSON.parse((await call({ url, key, path, method: 'GET' })).body.toString()) as {
      data: { statement: { policy: string } };
    };
    assert.equal(data.statement.policy, 'strict-1');
  });
});

test('a configuration that keeps more than was promised stops the start, until its day is far enough', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fl-policy-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const first = await runInFolder(t, folder, { config: 'retention: { usage_days: 30 }' });
  await first.stop();

  await assert.rejects(runInFolder(t, folder, { config: 'retention: { usage_days: 60 }' }), /policy\.effective|ended/);

  const day = new Date(Date.now() + 31 * 86_400_000).toISOString().slice(0, 10);
  const later = await runInFolder(t, folder, {
    config: `retention: { usage_days: 60 }\npolicy: { effective: ${day} }`,
  });
  const shown = await later.ask<{ usage_days: number }>('retention');
  assert.equal(shown.usage_days, 30, 'until then the old promise holds');
  const { versions } = await later.ask<{ versions: { version: number; effective: string; material: boolean }[] }>(
    'policy-show',
  );
  assert.deepEqual(versions.at(-1)?.effective, day);
  assert.deepEqual(
    versions.map(({ version, material }) => [version, material]),
    [
      [1, false],
      [2, true],
    ],
  );
});

test('a sentence that the software does not keep in full says so beside itself', async () => {
  const { sections } = JSON.parse((await get('/privacy.json')).body.toString());
  const { promises } = JSON.parse((await get('/trust.json')).body.toString());
  const page = (await get('/privacy')).body.toString();
  const kept = new Set(
    promises
      .filter((row: { state: { kind: string } }) => row.state.kind === 'kept')
      .map((row: { id: string }) => row.id),
  );

  const sentences: { id: string; promises: string[]; not_yet: string[] }[] = sections.flatMap(
    (each: { sentences: object[] }) => each.sentences,
  );
  for (const { id, promises: made, not_yet } of sentences) {
    assert.deepEqual(
      not_yet,
      made.filter((promise) => !kept.has(promise)),
      id,
    );
    const shown = page.slice(page.indexOf(`<p id="${id}">`)).split('</p>', 1)[0] ?? '';
    assert.equal(shown.includes('Not yet kept by the software in full'), not_yet.length > 0, id);
  }
  assert.ok(sentences.length > 20);
});
