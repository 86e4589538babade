import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { takeDataDirectoryLock } from '#keeper/data-directory-lock.ts';
import { startKeeper } from '#keeper/start-keeper.ts';
import { freshDataDir, keeperOptions, runningKeeper } from './keeper-under-test.ts';

const launcher = new URL('../../bin/fairlead', import.meta.url).pathname;
const run = promisify(execFile);

const reads = [
  ['workspace', 'list'],
  ['key', 'list'],
  ['wallet', 'show'],
  ['ledger', 'check'],
  ['key', 'list', '--workspace', 'default'],
] as const;

test('commands say the same while a keeper serves and while none does', async (t) => {
  const dataDir = freshDataDir(t);
  const keeper = startKeeper(keeperOptions(dataDir).options);
  await keeper.ready;
  await fairlead(dataDir, 'workspace', 'create', 'default', '--credit-usd', '1.00');
  await fairlead(dataDir, 'key', 'create', '--limit-usd', '5.00', '--reset', 'monthly');

  const served = await Promise.all(reads.map((command) => fairlead(dataDir, ...command)));
  await keeper.stop();
  const opened: string[] = [];
  for (const command of reads) opened.push(await fairlead(dataDir, ...command));

  assert.deepEqual(opened, served);
  assert.match(served[2] ?? '', /^\{"balance_usd":"1\.000000000","held_usd":"0\.000000000"/);
});

test('without a keeper the whole way from workspace to credit works, on a directory that is new', async (t) => {
  const dataDir = freshDataDir(t);

  const workspace = JSON.parse(await fairlead(dataDir, 'workspace', 'create', 'team'));
  const key = JSON.parse(await fairlead(dataDir, 'key', 'create', '--workspace', 'team', '--name', 'ci'));
  const disabled = JSON.parse(await fairlead(dataDir, 'key', 'disable', key.id));
  const wallet = JSON.parse(await fairlead(dataDir, 'wallet', 'credit', '--usd', '5.00', '--workspace', workspace.id));

  assert.equal(workspace.name, 'team');
  assert.match(key.key, /^sk-fl-/);
  assert.equal(disabled.disabled, true);
  assert.equal(wallet.balance_usd, '5.000000000');
});

test('commands that run at once wait for each other', async (t) => {
  const dataDir = freshDataDir(t);
  await fairlead(dataDir, 'workspace', 'create', 'default');

  await Promise.all(Array.from({ length: 5 }, () => fairlead(dataDir, 'wallet', 'credit', '--usd', '0.01')));

  assert.match(await fairlead(dataDir, 'wallet', 'show'), /"balance_usd":"0\.050000000"/);
});

test('a refusal is one sentence on stderr and exit code 1', async (t) => {
  const { dataDir } = await runningKeeper(t);

  const served = await failing(dataDir, 'wallet', 'show', '--workspace', 'nobody');

  assert.deepEqual(served, {
    code: 1,
    stdout: '',
    stderr: 'There is no workspace "nobody". "fairlead workspace list" shows them.\n',
  });
});

test('a directory that somebody holds without answering is refused, not waited for', { timeout: 30_000 }, async (t) => {
  const dataDir = freshDataDir(t);
  using lock = takeDataDirectoryLock(dataDir);
  assert.ok(lock);

  const { code, stderr } = await failing(dataDir, 'wallet', 'show');

  assert.equal(code, 1);
  assert.match(stderr, /^Something else uses the data directory .*, and answers no commands\. Try again shortly\.\n$/);
});

for (const [command, why] of [
  [['nonsense'], /unknown command/],
  [['key', 'disable'], /missing required argument/],
  [['wallet', 'credit'], /required option '--usd <amount>'/],
  [['key', 'create', '--reset', 'hourly'], /Allowed choices are daily, weekly, monthly, never/],
  [['key', 'set'], /missing required argument/],
] as const) {
  test(`"${command.join(' ')}" exits with 2 and says why`, async (t) => {
    const { code, stderr } = await failing(freshDataDir(t), ...command);

    assert.equal(code, 2);
    assert.match(stderr, why);
  });
}

test('without --json people read a table', async (t) => {
  const dataDir = freshDataDir(t);
  await fairlead(dataDir, 'workspace', 'create', 'team');

  const { stdout } = await run(process.execPath, [launcher, 'workspace', 'list'], { env: environment(dataDir) });

  assert.match(stdout, /^id +name\n\S+ +team\n$/);
});

test('the simulator runs alone until it is told to stop', async (t) => {
  const child = spawn(process.execPath, [launcher, 'simulate', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  const url = /^Simulator (http:\/\/127\.0\.0\.1:\d+\/v1)\n$/.exec(String(line))?.[1];
  assert.ok(url);

  const models = await fetch(`${url}/models`, { headers: { authorization: 'Bearer any' } });
  child.kill('SIGTERM');

  assert.equal(models.status, 200);
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

async function fairlead(dataDir: string, ...command: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [launcher, ...command, '--json'], { env: environment(dataDir) });
  return stdout;
}

async function failing(dataDir: string, ...command: readonly string[]) {
  const child = spawn(process.execPath, [launcher, ...command], { env: environment(dataDir) });
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    once(child, 'exit'),
  ]);
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

function environment(dataDir: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, FAIRLEAD_DATA: dataDir, FAIRLEAD_CONFIG: '', HOME: dataDir };
}
