// One port served by several processes, and one database by several process trees.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FairleadProcess, freshFolder, spawnFairlead, startFairlead } from '../support/fairlead-process.ts';
import { type Cluster, postgresPrograms, startCluster } from '../support/postgres-cluster.ts';
import { eventually } from './running-fairlead.ts';

const skip = postgresPrograms() === undefined ? 'NOT TESTED ON POSTGRESQL: apt-get install postgresql' : false;
if (skip && process.env.CI) throw new Error('PostgreSQL must be tested here: apt-get install postgresql');
let cluster: Promise<Cluster> | undefined;
after(async () => await (await cluster)?.remove());

const pepper = '0123456789abcdef'.repeat(4);
type Instance = { readonly id: string; readonly state: string };
type Wallet = { readonly balance_usd: string; readonly leased_usd: string };

test('workers share the port; one that dies is replaced and gives back what it held; all end together', async (t) => {
  const dataDir = join(freshFolder(t), 'fairlead', 'data');
  const fairlead = await startFairlead({ dataDir, args: ['--workers', '3'] });
  t.after(() => fairlead.kill9());
  const [first] = workersOf(fairlead.pid);
  assert.equal(workersOf(fairlead.pid).length, 2);
  // The kernel shares connections out: with forty of them each process has served some.
  const asked = await Promise.all(Array.from({ length: 40 }, () => echo(fairlead.url, fairlead.key)));
  assert.deepEqual([...new Set(asked)], [200]);

  process.kill(first ?? 0, 'SIGKILL');
  await eventually(async () => {
    const pids = workersOf(fairlead.pid);
    assert.ok(pids.length === 2 && !pids.includes(first ?? 0));
    assert.match(fairlead.stderr(), /"instance-recovered"/);
    assert.equal((await fairlead.cli<readonly Instance[]>('instance', 'list')).length, 3);
  }, 15_000);
  assert.equal(await echo(fairlead.url, fairlead.key), 200);
  const status = await fairlead.stop();

  assert.equal(status, 0);
  assert.deepEqual(await fairlead.cli('instance', 'list'), []);
  const wallet = await fairlead.cli<Wallet>('wallet', 'show');
  const spent = 41n * 5_250n;
  assert.deepEqual([wallet.balance_usd, wallet.leased_usd], [usd(1_000_000_000n - spent), '0.000000000']);
  assert.equal((await fairlead.cli<{ ok: boolean }>('ledger', 'check')).ok, true);
});

test('whichever process is asked, it tells the counts of all, and of those that died', async (t) => {
  const dataDir = join(freshFolder(t), 'fairlead', 'data');
  const fairlead = await startFairlead({ dataDir, args: ['--workers', '3'] });
  t.after(() => fairlead.kill9());
  const asked = await Promise.all(Array.from({ length: 40 }, () => echo(fairlead.url, fairlead.key)));
  assert.deepEqual([...new Set(asked)], [200]);

  const everywhere = await Promise.all(Array.from({ length: 20 }, () => countedAt(fairlead.url)));
  for (const worker of workersOf(fairlead.pid)) process.kill(worker, 'SIGKILL');
  await eventually(async () => assert.equal(fairlead.stderr().split('"worker-started"').length, 5), 15_000);
  const afterwards = await Promise.all(Array.from({ length: 20 }, () => countedAt(fairlead.url)));

  assert.deepEqual([...new Set([...everywhere, ...afterwards])], [40]);
});

test('a part by itself needs a database that others share', async (t) => {
  const dataDir = join(freshFolder(t), 'fairlead', 'data');
  const spawned = spawnFairlead({ dataDir, args: ['--role', 'gateway'] });

  await assert.rejects(spawned.firstLine, /on PostgreSQL only/);
});

test('a gateway and a console on one database: each serves its part, and knows what the other changed', {
  skip,
}, async (t) => {
  const env = { DATABASE_URL: await database(), FAIRLEAD_PEPPER: pepper };
  const start = async (name: string, role: string): Promise<FairleadProcess> => {
    const started = await startFairlead({ dataDir: join(freshFolder(t), name, 'data'), env, args: ['--role', role] });
    t.after(() => started.kill9());
    return started;
  };
  const people = await start('console', 'console');
  const programs = await start('gateway', 'gateway');

  assert.equal(programs.key, '');
  assert.equal(await echo(programs.url, people.key), 200);
  assert.equal(await echo(people.url, people.key), 404);
  assert.deepEqual([await statusOf(people.url), await statusOf(programs.url)], [200, 404]);

  const [key] = await people.cli<readonly { id: string }[]>('key', 'list');
  await people.cli('key', 'disable', key?.id ?? '');
  const since = performance.now();
  await eventually(async () => assert.equal(await echo(programs.url, people.key), 401), 3_000);
  process.stdout.write(
    `a key disabled at the console was refused at the gateway after ${Math.round(performance.now() - since)} ms\n`,
  );
});

test('a tree with another pepper does not start, and none does while the database is away', { skip }, async (t) => {
  const url = await database();
  const first = await startFairlead({
    dataDir: join(freshFolder(t), 'one', 'data'),
    env: { DATABASE_URL: url, FAIRLEAD_PEPPER: pepper },
  });
  t.after(() => first.kill9());
  const other = { DATABASE_URL: url, FAIRLEAD_PEPPER: 'ff'.repeat(32) };
  const nowhere = { DATABASE_URL: 'postgres://nobody:secret-word@127.0.0.1:9/none' };

  const refused = spawnFairlead({ dataDir: join(freshFolder(t), 'two', 'data'), env: other });
  const away = spawnFairlead({ dataDir: join(freshFolder(t), 'three', 'data'), env: nowhere });

  await assert.rejects(refused.firstLine, /The pepper here is not the one/);
  await assert.rejects(away.firstLine, (thrown: Error) => {
    assert.match(thrown.message, /The database 127\.0\.0\.1:9\/none does not answer/);
    assert.doesNotMatch(thrown.message, /secret-word/);
    return true;
  });
});

test('while the database is away known keys are served from leases; then everything is posted', { skip }, async (t) => {
  const own = await startCluster();
  t.after(() => own.remove());
  const dataDir = join(freshFolder(t), 'fairlead', 'data');
  const fairlead = await startFairlead({ dataDir, env: { DATABASE_URL: await own.createDatabase() } });
  t.after(() => fairlead.kill9());
  assert.equal(await echo(fairlead.url, fairlead.key), 200);

  await own.stop();
  const during: number[] = [];
  for (let asked = 0; asked < 20; asked += 1) {
    during.push(await echo(fairlead.url, fairlead.key));
    await sleep(200);
  }
  const stranger = await echo(fairlead.url, `${fairlead.key.slice(0, -9)}AAAAAAAAA`);
  await own.start();

  assert.deepEqual([...new Set(during)], [200]);
  assert.ok([401, 503].includes(stranger));
  await eventually(async () => {
    const { ok, generations } = await fairlead.cli<{ ok: boolean; generations: number }>('ledger', 'check');
    assert.deepEqual([ok, generations], [true, 21]);
  }, 20_000);
  assert.equal(await echo(fairlead.url, fairlead.key), 200);
});

async function database(): Promise<string> {
  cluster ??= startCluster();
  return await (await cluster).createDatabase();
}

async function echo(url: string, key: string): Promise<number> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', connection: 'close' },
    // Without a limit forty holds at once would be more than the wallet's dollar.
    body: '{"model":"sandbox/echo","max_tokens":20,"messages":[{"role":"user","content":"Hello, harbour"}]}',
  });
  await response.arrayBuffer();
  return response.status;
}

/** On a connection of its own, which falls to any of the processes. */
async function countedAt(url: string): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { connection: 'close' } });
  const counts = [...(await response.text()).matchAll(/^fairlead_generations_total\{.*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url, { redirect: 'manual' });
  await response.arrayBuffer();
  return response.status;
}

/** The launcher's child is the tree's first process, where there is a launcher. */
function workersOf(pid: number): readonly number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n');
  const rows = lines.map((line) => line.trim().split(/\s+/));
  const family = new Set([String(pid)]);
  for (const [child = '', parent = ''] of rows) if (family.has(parent)) family.add(child);
  return rows
    .filter(([child = '', , ...args]) => family.has(child) && args.join(' ').includes('worker-process'))
    .map(([child]) => Number(child));
}

function usd(nano: bigint): string {
  const digits = String(nano).padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
