// The dashboard as files and addresses; what people do with it is in tests/browser.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { setUp } from './browser.ts';
import { ask, call, type Reply } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after });
const { url, key } = fairlead;

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  return call({ url, key: undefined, path, method: 'GET', headers });
}

test('every page of the dashboard is the same document, without a script or style of its own, under a strict policy', async () => {
  const index = await get('/console/');
  const text = index.body.toString();
  assert.equal(index.status, 200, text);
  assert.match(String(index.headers['content-security-policy']), /script-src 'self'; style-src 'self';/);
  assert.doesNotMatch(String(index.headers['content-security-policy']), /unsafe/);
  assert.doesNotMatch(text, /<script(?![^>]*\ssrc="\/console\/)|<style|\son\w+=|\sstyle=/);
  assert.equal((await get('/console/activity/gen-1')).body.toString(), text);
  assert.equal((await get('/console/assets/of-another-build.js')).status, 404);
  assert.equal((await get('/console/..%2fbuild.mjs')).status, 404);
  assert.equal((await get('/console')).headers.location, '/console/');
});

test('its files are kept for ever, and come in the form that the browser takes', async () => {
  const text = (await get('/console/')).body.toString();
  const files = [...text.matchAll(/(?:src|href)="(\/console\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
  assert.ok(files.length >= 2);
  for (const path of files) {
    const plain = await get(path);
    const br = await get(path, { 'accept-encoding': 'gzip, br' });
    const gz = await get(path, { 'accept-encoding': 'gzip' });
    assert.match(String(plain.headers['cache-control']), /immutable/, path);
    assert.deepEqual([br.headers['content-encoding'], gz.headers['content-encoding']], ['br', 'gzip'], path);
    assert.ok(brotliDecompressSync(br.body).equals(plain.body), path);
    assert.ok(gunzipSync(gz.body).equals(plain.body), path);
  }
});

test('what the dashboard lists a management key may ask as well, and other workspaces never see it', async () => {
  const asked = await call({ url, key, body: ask('sandbox/echo') });
  const id = String(asked.headers['x-generation-id']);
  const { key: manager } = await fairlead.ask<{ key: string }>('key-create', { name: 'm', role: 'management' });
  const { id: foreign } = await fairlead.ask<{ id: string }>('workspace-create', { name: 'others' });
  const { key: stranger } = await fairlead.ask<{ key: string }>('key-create', {
    name: 's',
    role: 'management',
    workspace: foreign,
  });
  const asks = async (path: string, by: string) => {
    const reply = await call({ url, key: by, path, method: 'GET' });
    return { status: reply.status, data: JSON.parse(reply.body.toString()).data };
  };

  await eventually(async () => assert.equal((await asks('/api/v1/generations', manager)).data.generations.length, 1));
  const { data: listed } = await asks('/api/v1/generations', manager);
  assert.deepEqual([listed.generations[0].id, listed.generations[0].end_reason, listed.next], [id, 'completed', null]);
  const { data: one } = await asks(`/api/v1/generations/${id}`, manager);
  assert.equal(one.charge_usd, listed.generations[0].charge_usd);
  assert.ok(
    one.charge_lines.length > 0 && one.attempts.length === 1 && !('split' in one),
    'each cent, and nothing of ours',
  );
  const { data: statement } = await asks('/api/v1/wallet/statement', manager);
  const { data: wallet } = await asks('/api/v1/wallet', manager);
  assert.equal(statement.entries[0].balance, wallet.balance_usd);

  assert.equal((await asks(`/api/v1/generations/${id}`, stranger)).status, 404);
  assert.deepEqual((await asks('/api/v1/generations', stranger)).data.generations, []);
  for (const path of ['/api/v1/generations', '/api/v1/wallet/statement', '/api/v1/limits']) {
    assert.equal((await asks(path, key)).status, 403, path);
    assert.equal((await get(path)).status, 401, path);
  }
});

test('a list goes on where its last part ended', async () => {
  for (let round = 0; round < 4; round += 1) await call({ url, key, body: ask('sandbox/echo') });
  const session = await setUp(fairlead);
  type Part = { data: { generations: readonly { id: string }[]; next: string | null } };
  const part = async (query: string) => (await session.visit(`/api/v1/generations?${query}`)).json<Part>().data;
  await eventually(async () => assert.equal((await part('limit=100')).generations.length, 5));

  const whole = (await part('limit=100')).generations.map(({ id }) => id);
  const seen: string[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const { generations, next: more }: Part['data'] = await part(`limit=2${next === '' ? '' : `&before=${next}`}`);
    seen.push(...generations.map(({ id }) => id));
    next = more;
  }
  assert.deepEqual(seen, whole);
  assert.deepEqual(seen, seen.toSorted().reverse(), 'the newest first');
});
