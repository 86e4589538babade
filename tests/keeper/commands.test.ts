import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isWellFormedKey } from '#core/privacy/key-format.ts';
import type { CommandContext } from '#keeper/commands/command.ts';
import { runCommand } from '#keeper/commands/table.ts';
import { markupRules } from '#keeper/feed/markup-rules.ts';
import { openKeeper } from '#keeper/open-keeper.ts';
import { catalogue, freshDataDir } from './keeper-under-test.ts';

const operator = { name: 'Ada', contact: 'ada@example.com', jurisdiction: 'DE', publicUrl: 'https://ai.example.com/' };

test('a set-up link opens once, and the settings of the operator are kept', async (t) => {
  const { run, context } = await openedStore(t);
  const { token } = await run('setup-link-create');

  assert.deepEqual(await run('setup-link-state', { token }), { state: 'open' });
  assert.deepEqual(await run('setup-complete', { token, operator }), { state: 'used' });

  assert.deepEqual(await run('setup-link-state', { token }), { state: 'used' });
  await refuses(run('setup-complete', { token, operator }), /was used, has expired, or was never made here/);
  assert.equal(await context.store.accounts.setting('operator.name'), 'Ada');
  assert.equal(await context.store.accounts.setting('operator.public_url'), 'https://ai.example.com');
});

test('a set-up link is dead after 24 hours, and an invented one was never alive', async (t) => {
  const { run, clock } = await openedStore(t);
  const { token } = await run('setup-link-create');

  clock.now += 24 * 60 * 60 * 1_000 + 1;

  assert.deepEqual(await run('setup-link-state', { token }), { state: 'unknown' });
  assert.deepEqual(await run('setup-link-state', { token: 'invented' }), { state: 'unknown' });
  await refuses(run('setup-complete', { token, operator }), /has expired/);
});

test('a set-up with a bad answer leaves the link open', async (t) => {
  const { run } = await openedStore(t);
  const { token } = await run('setup-link-create');

  for (const publicUrl of ['ai.example.com', 'javascript:alert(1)', 'https://user:word@example.com', '']) {
    await refuses(run('setup-complete', { token, operator: { ...operator, publicUrl } }), /public address/);
  }
  await refuses(run('setup-complete', { token }), /operator's name/);

  assert.deepEqual(await run('setup-link-state', { token }), { state: 'open' });
});

test('a set-up link makes one operator, also when two people send its form at once', async (t) => {
  const { run, context } = await openedStore(t);
  await run('first-start');
  const { token } = await run('setup-link-create');
  const answers = { ...operator, publicUrl: 'https://ai.example.com' };

  await Promise.allSettled(['a', 'b'].map((person) => run('setup-complete', { token, operator: answers, person })));

  assert.equal((await context.store.members.operators()).length, 1);
  assert.equal((await context.store.members.membersOf((await run('workspace-list'))[0].id)).length, 1);
});

test("a Fairlead that began before the id was kept has its oldest workspace for the operator's own", async (t) => {
  const { run, context } = await openedStore(t);
  const { accounts, members } = context.store;
  const own = await accounts.createWorkspace({ name: 'default', creditNano: 0n, now: 1 });
  assert.ok(own !== 'taken');
  await accounts.setSetting('first_start_at', '2026-01-01', 1);
  await members.renameWorkspace({ workspace: own.id, name: 'renamed', now: 2 });
  await accounts.createWorkspace({ name: 'default', creditNano: 0n, now: 3 });

  await run('first-start');

  assert.equal((await run('wallet-credit', { usd: '1.00' })).workspace, own.id);
  const { rules } = await markupRules(context.store, {
    ...catalogue,
    markup: [{ millionths: '1', workspace: 'default' }],
  });
  assert.equal(rules[0]?.workspace, own.id);
});

test('a first start that was cut off in the middle is done again', async (t) => {
  const { run, context } = await openedStore(t);
  await context.store.accounts.createWorkspace({ name: 'default', creditNano: 1_000_000_000n, now: 1 });

  const { first, key } = await run('first-start');

  assert.equal(first, true);
  assert.ok(isWellFormedKey(key, 'sk-fl-'));
  assert.deepEqual(await run('first-start'), { first: false });
});

test('where other workspaces are, nothing is a first start', async (t) => {
  const { run } = await openedStore(t);
  await run('workspace-create', { name: 'team' });

  assert.deepEqual(await run('first-start'), { first: false });
});

test('a key has the limits it was made with, in the form of the contract', async (t) => {
  const { run } = await openedStore(t);
  const workspace = await run('workspace-create', { name: 'team', credit_usd: '2.50' });

  const made = await run('key-create', {
    name: 'ci',
    workspace: 'team',
    limit_usd: '5.00',
    limit_requests: '1000',
    reset: 'daily',
    expires: '2999-01-31',
  });
  const [row] = await run('key-list', { workspace: workspace.id });

  assert.deepEqual(Object.keys(made), ['id', 'key', 'workspace']);
  const names = [
    'id',
    'name',
    'workspace',
    'disabled',
    'created_at',
    'limit_usd',
    'limit_requests',
    'reset',
    'role',
    'hint',
    'expires_at',
    'changed_at',
    'tags',
    'last_used_at',
    'last_network',
  ];
  assert.deepEqual(Object.keys(row), names);
  assert.deepEqual(
    [row.id, row.name, row.workspace, row.disabled, row.limit_usd, row.limit_requests, row.reset],
    [made.id, 'ci', workspace.id, false, '5.000000000', 1_000, 'daily'],
  );
  assert.equal((await run('key-disable', { id: made.id })).disabled, true);
  assert.equal((await run('key-enable', { id: made.id })).disabled, false);
});

test('credit is added to the last nano-dollar', async (t) => {
  const { run } = await openedStore(t);
  const { id } = await run('workspace-create', { name: 'team', credit_usd: '0.1' });

  const wallet = await run('wallet-credit', { workspace: 'team', usd: '0.000000001' });

  assert.deepEqual(wallet, {
    workspace: id,
    workspace_name: 'team',
    balance_usd: '0.100000001',
    held_usd: '0.000000000',
    leased_usd: '0.000000000',
    spent_usd: '0.000000000',
  });
});

test('what is not as it must be is refused with a sentence, and nothing happens', async (t) => {
  const { run } = await openedStore(t);
  await run('workspace-create', { name: 'team' });

  await refuses(run('workspace-create', {}), /^Say the workspace's name/);
  await refuses(run('workspace-create', { name: 'team' }), /^There is a workspace "team" already\.$/);
  await refuses(run('workspace-create', { name: 'a\nb' }), /plain text/);
  await refuses(run('workspace-create', { name: 'x'.repeat(101) }), /1 to 100 characters/);
  await refuses(run('workspace-create', { name: 'rich', credit_usd: '1e30' }), /US dollars/);
  await refuses(run('wallet-credit', { workspace: 'team', usd: '-5' }), /US dollars/);
  await refuses(run('wallet-credit', { workspace: 'team', usd: '0.0000000001' }), /nine places/);
  await refuses(run('wallet-credit', { workspace: 'team' }), /how much/);
  await refuses(run('wallet-credit', { workspace: 'team', usd: '0' }), /how much/);
  await refuses(run('wallet-show', { workspace: 'nobody' }), /no workspace "nobody"/);
  await refuses(run('key-create', { workspace: 'team', reset: 'hourly' }), /daily, weekly, monthly, never/);
  await refuses(run('key-create', { workspace: 'team', limit_requests: '1.5' }), /whole number/);
  await refuses(run('key-create', { workspace: 'team', expires: 'soon' }), /as a date/);
  await refuses(run('key-create', { workspace: 'team', expires: '2001-01-01' }), /in the past/);
  await refuses(run('key-disable', { id: 'no-such' }), /no key/);
  await refuses(run('explain', { generation: 'gen-x' }), /no ended generation/);
  await refuses(run('__proto__', {}), /knows no command/);
  await refuses(run('toString', {}), /knows no command/);

  assert.equal((await run('workspace-list')).length, 1);
  assert.deepEqual(await run('key-list'), []);
});

test('models show their endpoints with prices as the configuration writes them', async (t) => {
  const { run } = await openedStore(t);

  const [model] = await run('models');

  assert.equal(model.id, 'sandbox/echo');
  assert.deepEqual(model.endpoints[0].price, { input: '0.25', output: '2' });
});

test('a lost pepper stops the start instead of making every key invalid', async (t) => {
  const { run, context, dataDir } = await openedStore(t);
  await run('first-start');
  await context.store.close();

  rmSync(join(dataDir, 'secrets/pepper'));

  await assert.rejects(openKeeper({ dataDir, keyPrefix: 'sk-fl-', catalogue }), { name: 'PepperLost' });
});

// Commands give JSON: whoever reads it knows its form, as these tests do.
// biome-ignore lint/suspicious/noExplicitAny: the tests judge the form themselves.
type Json = any;

async function openedStore(t: TestContext) {
  const dataDir = freshDataDir(t);
  const clock = { now: Date.now() };
  const opened = await openKeeper({ dataDir, keyPrefix: 'sk-fl-', catalogue });
  t.after(() => opened.store.close());
  const context: CommandContext = {
    ...opened,
    now: () => clock.now,
    randomBytes,
    heldOf: () => 0n,
    snapshot: opened.makeSnapshot,
  };
  const run = (name: string, args: unknown = {}): Promise<Json> => runCommand(context, name, args);
  return { run, context, clock, dataDir };
}

async function refuses(done: Promise<unknown>, sentence: RegExp): Promise<void> {
  await assert.rejects(
    done,
    (thrown) => thrown instanceof Error && 'sentence' in thrown && sentence.test(String(thrown.sentence)),
  );
}
