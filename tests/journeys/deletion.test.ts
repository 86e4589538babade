// DEL-30 and BACKUP-restore as people and their operator see them: asked for, taken back, gone, and gone again after a restore.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { Browser, setUp } from './browser.ts';
import { call } from './caller.ts';
import { engines, type Keeping, keepingOf, withoutPostgres } from './either-engine.ts';
import { eventually, type RunningFairlead, runFairlead, runInFolder } from './running-fairlead.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());

const grace = { name: 'Grace Lighthouse', email: 'grace.lighthouse@example.org', password: 'a lamp in the fog' };

/** @param data what its operator says of it; nothing: nobody may ask it for an answer. */
const configOf = (data: string) => `
deadlines: { divide_by: 4 }
upstreams:
  keeper:
    base_url: ${simulator.url}
    api_key: keeper
    ${data}
    protocols: [openai-responses]
    models: { sandbox/echo: { as: keeper/echo, price: { input: 1, output: 1 } } }
`;

async function answer(fairlead: RunningFairlead, key: string, body: object = {}) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const sent = { model: 'keeper/echo', input: 'one two', ...body };
  const reply = await call({ url: fairlead.url, path: '/v1/responses', headers, body: sent });
  return { status: reply.status, id: String(JSON.parse(reply.body.toString()).id) };
}

const backups = mkdtempSync(join(tmpdir(), 'fl-backups-'));
after(() => rmSync(backups, { recursive: true, force: true }));

for (const engine of engines) {
  describe(`on ${engine}`, { skip: engine === 'postgres' && withoutPostgres }, () => {
    const left = Promise.withResolvers<Left>();

    test('an account is closed, taken back, closed and gone; objects upstream go first', async () => {
      left.resolve(await goesForGood(await keepingOf(engine)));
    });

    test('it is gone again once a backup is restored that had it', { timeout: 120_000 }, async () => {
      await goesAgain(await keepingOf(engine), await left.promise);
    });
  });
}

/** What is left of who was deleted: a backup of the days before, and a key that was a key. */
type Left = { readonly backup: string; readonly key: string };

async function goesForGood(keeping: Keeping): Promise<Left> {
  const first = await runFairlead({ after }, { config: configOf('data: { trains: false }'), env: keeping.env });
  const operator = await setUp(first);
  const browser = await joinOperator(operator, first);
  const workspace = (await browser.post('/api/v1/workspaces', { name: 'lighthouse research' })).json<{
    data: { id: string };
  }>().data.id;
  await first.ask('wallet-credit', { workspace, usd: '2.00' });
  await first.ask('workspace-set', { workspace, settings: ['storage=any:30'] });
  const { key } = await first.ask<{ key: string }>('key-create', { workspace, name: 'beam of the lighthouse' });
  const stored = await answer(first, key, { store: true });
  assert.equal(stored.status, 200);
  const atUpstream = async () =>
    (await fetch(`${simulator.url}/responses/${stored.id}`, { headers: { authorization: 'Bearer keeper' } })).status;
  assert.equal(await atUpstream(), 200);

  const preview = (await browser.visit('/api/v1/privacy/deletion/preview')).json<{
    data: { leftover: string; workspaces: { id: string; paid_usd: string }[] };
  }>().data;
  assert.equal(preview.leftover, 'refund');
  assert.deepEqual(
    preview.workspaces.map(({ id }) => id),
    [workspace],
  );
  assert.match(preview.workspaces[0]?.paid_usd ?? '', /^(?:1\.9|2\.0)/);
  const refused = await browser.post('/api/v1/privacy/deletion', {});
  assert.equal(refused.status, 409);
  assert.match(refused.text, /only owner of .*lighthouse research/);

  const backup = join(mkdtempSync(join(backups, 'of-')), 'day-0.backup');
  const made = await first.cli<{ keys_file: string }>('backup', backup);
  const sealedKeys = () => Object.keys(JSON.parse(readFileSync(made.keys_file, 'utf8')).keys).length;
  assert.equal(sealedKeys(), 2);

  const opened = await browser.post('/api/v1/privacy/deletion', { workspaces: [workspace] });
  assert.equal(opened.status, 201, opened.text);
  await eventually(async () => assert.equal((await answer(first, key)).status, 401));
  const again = new Browser(first.url);
  assert.equal(
    (await again.post('/api/auth/sign-in/email', { email: grace.email, password: grace.password })).status,
    200,
  );
  assert.equal((await again.visit('/api/v1/me')).status, 200);
  const keys = await again.visit('/api/v1/keys', { headers: { 'x-fairlead-workspace': workspace } });
  assert.deepEqual([keys.status, /being closed/.test(keys.text)], [403, true]);
  assert.equal((await again.post('/api/v1/workspaces', { name: 'another' })).status, 403);
  const held = await again.visit('/api/v1/privacy/held');
  assert.equal(held.status, 200, 'a copy can be had meanwhile');
  assert.equal((await again.visit('/api/v1/privacy/deletion', { method: 'DELETE' })).status, 200);
  await eventually(async () => assert.equal((await answer(first, key)).status, 200));

  const last = await again.post('/api/v1/privacy/deletion', { workspaces: [workspace] });
  assert.equal(last.status, 201, last.text);
  const { id } = last.json<{ data: { id: string } }>().data;
  await first.stop();

  // Nobody accepts what the upstream does with data any more: that is no reason to leave there what must go.
  writeFileSync(join(first.folder, 'fairlead.yaml'), configOf(''));
  const on15 = await runInFolder({ after }, first.folder, {
    config: configOf(''),
    env: await keeping.turnTo(15),
  });
  const status = async (url: string) =>
    (await new Browser(url).visit(`/api/v1/privacy/deletions/${id}`)).json<{
      data: { state: string; receipt: { facts: object } | null; waits: string };
    }>().data;
  await goneSoon(on15, id);
  assert.equal(await atUpstream(), 404);
  assert.ok((await status(on15.url)).receipt);
  const page = await new Browser(on15.url).visit(`/privacy/deletions/${id}`);
  assert.equal(page.status, 200);
  assert.match(page.text, /Deletion receipt[\s\S]*What went[\s\S]*What stays, and why/);
  assert.match(page.text, /leads to nobody/);
  assert.equal((await new Browser(on15.url).visit('/privacy/deletions/none')).status, 404);
  const gone = await new Browser(on15.url).post('/api/auth/sign-in/email', {
    email: grace.email,
    password: grace.password,
  });
  assert.equal(gone.status, 401);
  assert.equal((await on15.ask<{ ok: boolean }>('ledger-check')).ok, true);
  assert.equal(sealedKeys(), 1, 'the copy beside the backups lost the key too');
  await on15.stop();
  assert.deepEqual(keeping.placesWith(on15.dataDir, 'beam of the lighthouse'), []);
  assert.deepEqual(keeping.placesWith(on15.dataDir, 'lighthouse research'), []);
  return { backup, key };
}

/** The newest backup, into a fresh directory. */
async function goesAgain(other: Keeping, { backup, key }: Left): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fl-restored-'));
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const before = await runInFolder({ after }, folder, { config: configOf(''), env: other.env });
  await before.stop();
  rmSync(join(folder, 'data'), { recursive: true });
  other.empty();
  await before.cli('restore', backup);
  assert.equal(other.personKeys(join(folder, 'data')), 1, 'her name cannot be opened');
  assert.equal(other.placesWith(join(folder, 'data'), 'beam of the lighthouse').length, 1, 'the backup had it');
  const restored = await runInFolder({ after }, folder, { config: configOf(''), env: await other.turnTo(16) });
  assert.equal((await answer(restored, key)).status, 401);
  await eventually(async () => {
    const all = await restored.ask<{ state: string; asked_by: string }[]>('erasure-list');
    assert.deepEqual(
      all.filter(({ state }) => state !== 'done'),
      [],
      JSON.stringify(all),
    );
    assert.deepEqual(
      all.map(({ asked_by }) => asked_by),
      ['restore', 'restore'],
    );
    // On PostgreSQL what the lost gateway held returns once it has been silent for long enough.
  }, 50_000);
  assert.equal((await restored.ask<{ ok: boolean }>('ledger-check')).ok, true);
  await restored.stop();
  assert.deepEqual(other.placesWith(restored.dataDir, 'beam of the lighthouse'), []);
  assert.equal(other.personKeys(restored.dataDir), 1);
}

/** Whoever was invited into the first workspace, and made an account. */
async function joinOperator(operator: Browser, { url }: RunningFairlead): Promise<Browser> {
  const invited = await operator.post('/api/v1/invitations', { email: grace.email, role: 'viewer' });
  assert.equal(invited.status, 201, invited.text);
  const invitation = invited.json<{ data: { link: string } }>().data.link.split('/').at(-1) ?? '';
  const browser = new Browser(url);
  const made = await browser.post('/api/auth/sign-up/email', { ...grace, invitation });
  assert.equal(made.status, 200, made.text);
  assert.equal((await browser.post('/api/v1/invitations/accept', { token: invitation })).status, 200);
  return browser;
}

async function goneSoon(fairlead: RunningFairlead, id: string): Promise<void> {
  await eventually(async () => {
    const all = await fairlead.ask<{ id: string; state: string; waits: string | null }[]>('erasure-list');
    const open = all.filter(({ state }) => state === 'pending' || state === 'purging');
    assert.deepEqual(open, []);
    assert.ok(all.some((each) => each.id === id && each.state === 'done'));
  }, 25_000);
}
