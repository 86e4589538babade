import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { takeDataDirectoryLock } from '#keeper/data-directory-lock.ts';
import { freshDataDir } from './keeper-under-test.ts';

test('a data directory has one owner at a time, also within one process', (t) => {
  const dataDir = freshDataDir(t);

  const first = takeDataDirectoryLock(dataDir);
  const second = takeDataDirectoryLock(dataDir);
  first?.[Symbol.dispose]();
  const third = takeDataDirectoryLock(dataDir);

  assert.ok(first);
  assert.equal(second, undefined);
  assert.ok(third);
  assert.equal(statSync(join(dataDir, 'fairlead.lock')).mode & 0o777, 0o600);
  third[Symbol.dispose]();
});

test('a refused attempt does not loosen the lock for other processes', async (t) => {
  const dataDir = freshDataDir(t);
  using mine = takeDataDirectoryLock(dataDir);
  takeDataDirectoryLock(dataDir);

  const other = startOwner(t, dataDir);

  assert.ok(mine);
  assert.equal(await firstWord(other), 'refused');
});

test('of many simultaneous starts exactly one gets the lock', async (t) => {
  const dataDir = freshDataDir(t);

  const words = await Promise.all(Array.from({ length: 6 }, () => firstWord(startOwner(t, dataDir))));

  assert.deepEqual(words.sort(), ['owner', 'refused', 'refused', 'refused', 'refused', 'refused']);
});

test('kill -9 leaves no stale lock', async (t) => {
  const dataDir = freshDataDir(t);
  const owner = startOwner(t, dataDir);
  assert.equal(await firstWord(owner), 'owner');
  assert.equal(takeDataDirectoryLock(dataDir), undefined);

  owner.kill('SIGKILL');
  await once(owner, 'exit');

  using lock = takeDataDirectoryLock(dataDir);
  assert.ok(lock);
});

function startOwner(t: TestContext, dataDir: string): ChildProcess {
  const module = new URL('../../src/keeper/data-directory-lock.ts', import.meta.url).href;
  const script = `
    const { takeDataDirectoryLock } = await import(${JSON.stringify(module)});
    globalThis.lock = takeDataDirectoryLock(${JSON.stringify(dataDir)});
    process.stdout.write(globalThis.lock ? 'owner' : 'refused');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

async function firstWord(child: ChildProcess): Promise<string> {
  assert.ok(child.stdout);
  const [word] = await once(child.stdout, 'data');
  return String(word);
}
