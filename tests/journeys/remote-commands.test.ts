// The command line at a Fairlead elsewhere: the same commands over its account API, by a key that no argument holds.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { remoteCommands } from '#cli/remote/remote-commands.ts';
import { commands } from '#keeper/commands/table.ts';
import { cleanEnvironment, repository } from '../support/run-result.ts';
import { ask, call, generationOf } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after });
const { url, key } = fairlead;
const keyFor = async (over: object) =>
  (await fairlead.ask<{ key: string }>('key-create', { name: 'remote', ...over })).key;
const manager = await keyFor({ role: 'management' });
const operator = await keyFor({ role: 'management', operates: true });
// No data of a Fairlead is here: what is answered comes from elsewhere.
const nowhere = mkdtempSync(join(fairlead.folder, 'nowhere-'));

type Said = { readonly code: number; readonly stdout: string; readonly stderr: string };

function run(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Said> {
  const options = { cwd: nowhere, env: { ...cleanEnvironment(), FAIRLEAD_DATA: join(nowhere, 'data'), ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(repository, 'bin/fairlead'), ...args], options, (failure, stdout, stderr) =>
      resolve({ code: typeof failure?.code === 'number' ? failure.code : 0, stdout, stderr }),
    );
  });
}

async function answered<Value>(secret: string, ...args: readonly string[]): Promise<Value> {
  const { code, stdout, stderr } = await run({ FAIRLEAD_KEY: secret }, ...args, '--json', '--server', url);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Value;
}

test('a management key makes, lists, changes and ends keys from elsewhere, in the same words', async () => {
  const limits = ['--limit-usd', '2.50', '--limit-requests', '7', '--reset', 'daily', '--tags', 'pier,lamp'];
  const made = await answered<{ id: string; key: string; workspace: string }>(
    manager,
    'key',
    'create',
    '--name',
    'far',
    ...limits,
  );
  assert.deepEqual(Object.keys(made), ['id', 'key', 'workspace']);
  assert.equal((await call({ url, key: made.key, body: ask('sandbox/echo') })).status, 200);

  const [here] = (await fairlead.ask<readonly Record<string, unknown>[]>('key-list')).filter(
    ({ id }) => id === made.id,
  );
  const [far] = (await answered<readonly Record<string, unknown>[]>(manager, 'key', 'list')).filter(
    ({ id }) => id === made.id,
  );
  const same = Object.fromEntries(Object.entries(here ?? {}).filter(([name]) => far && name in far));
  assert.deepEqual(far, same);
  assert.deepEqual([far?.limit_usd, far?.limit_requests, far?.reset], ['2.500000000', 7, 'daily']);

  assert.equal((await answered<{ disabled: boolean }>(manager, 'key', 'disable', made.id)).disabled, true);
  await eventually(async () =>
    assert.equal((await call({ url, key: made.key, body: ask('sandbox/echo') })).status, 401),
  );
  assert.equal((await answered<{ disabled: boolean }>(manager, 'key', 'enable', made.id)).disabled, false);
  const rotated = await answered<{ id: string; key: string }>(manager, 'key', 'rotate', made.id, '--overlap', '0');
  assert.ok(rotated.id === made.id && rotated.key !== made.key);
  assert.deepEqual(await answered(manager, 'key', 'delete', made.id), { id: made.id, deleted: true });
});

test('wallet, usage and the record of a generation read as they do where Fairlead runs', async () => {
  const generation = generationOf(await call({ url, key, body: ask('sandbox/echo') }));
  await fairlead.explain(generation);
  await fairlead.settledWallet();

  const far = await answered<Record<string, unknown>>(manager, 'explain', generation);
  const here = await fairlead.explain(generation);
  assert.deepEqual([far.id, far.model, far.charge_usd], [here.id, here.model, here.charge_usd]);
  assert.deepEqual(
    (await answered<Record<string, unknown>>(manager, 'wallet', 'show')).balance_usd,
    (await fairlead.ask<Record<string, unknown>>('wallet-show')).balance_usd,
  );
  const [row] = await answered<readonly { model: string }[]>(manager, 'usage', '--by', 'model');
  assert.equal(row?.model, 'sandbox/echo');
});

test('what concerns all takes a key that operates', async () => {
  const refused = await run({ FAIRLEAD_KEY: manager }, 'ledger', 'check', '--server', url);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /\S/);

  assert.equal((await answered<{ ok: boolean }>(operator, 'ledger', 'check')).ok, true);
  assert.ok(
    (await answered<readonly { name: string }[]>(operator, 'workspace', 'list')).some(({ name }) => name === 'default'),
  );
  assert.ok(
    (await answered<readonly { name: string }[]>(operator, 'upstream', 'list')).some(({ name }) => name === 'sandbox'),
  );
});

test('the key comes from the environment or a file, goes over https or to this machine alone, and follows nobody', async () => {
  const file = join(nowhere, 'manager.key');
  writeFileSync(file, `${manager}\n`);
  assert.equal((await run({ FAIRLEAD_KEY_FILE: file }, 'wallet', 'show', '--server', url)).code, 0);

  const without = await run({}, 'wallet', 'show', '--server', url);
  assert.deepEqual([without.code, without.stderr.includes('FAIRLEAD_KEY')], [1, true]);
  const wrong = await run({ FAIRLEAD_KEY: 'sk-fl-nobody' }, 'wallet', 'show', '--server', url);
  assert.equal(wrong.code, 1);
  const plain = await run({ FAIRLEAD_KEY: manager }, 'wallet', 'show', '--server', 'http://ai.example.org');
  assert.match(plain.stderr, /https/);

  const seen: (string | undefined)[] = [];
  const thief = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.end('{"data":{}}');
  });
  const pointer = createServer((_, response) => {
    response.writeHead(302, { location: `http://127.0.0.1:${(thief.address() as AddressInfo).port}/` }).end();
  });
  for (const server of [thief, pointer]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const there = `http://127.0.0.1:${(pointer.address() as AddressInfo).port}`;
  assert.equal((await run({ FAIRLEAD_KEY: manager }, 'wallet', 'show', '--server', there)).code, 1);
  assert.deepEqual(seen, []);
  for (const server of [thief, pointer]) server.close();
});

test('what has no address says where it works; a workspace of others is not meant by accident', async () => {
  const backup = await run({ FAIRLEAD_KEY: operator }, 'trust-key', 'rotate', '--server', url);
  assert.deepEqual([backup.code, /where Fairlead runs/.test(backup.stderr)], [1, true]);
  const other = await fairlead.ask<{ id: string }>('workspace-create', { name: 'others' });
  const meant = await run({ FAIRLEAD_KEY: manager }, 'key', 'list', '--workspace', other.id, '--server', url);
  assert.equal(meant.code, 1);
  assert.match(meant.stderr, /is of the workspace/);
});

test('every command that is done elsewhere is one that the keeper knows', () => {
  const unknown = Object.keys(remoteCommands).filter((name) => !Object.hasOwn(commands, name));
  assert.deepEqual(unknown, []);
});
