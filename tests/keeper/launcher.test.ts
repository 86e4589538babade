import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';

const repository = new URL('../..', import.meta.url).pathname;
const old = findOldNode();
const skip = old === undefined ? 'no Node older than 24.11 on this machine' : false;

test('an old Node runs Fairlead with the Node that npm brought', { skip }, (t) => {
  const home = homeWith(
    t,
    "process.stdout.write(process.versions.node + ' ' + process.env.UV_THREADPOOL_SIZE + ' ' + argv);",
  );
  symlinkSync(join(repository, 'node_modules'), join(home, 'node_modules'));

  const result = spawnSync(old ?? '', [join(home, 'bin/fairlead'), 'key', 'list'], { encoding: 'utf8' });

  assert.match(result.stdout, /^2[4-9]\.\d+\.\d+ 16 key,list$/);
  assert.equal(result.status, 0);
});

test('an old Node without a newer one says what is needed and exits with 1', { skip }, (t) => {
  const home = homeWith(t, '');

  const result = spawnSync(old ?? '', [join(home, 'bin/fairlead'), 'start'], { encoding: 'utf8' });

  assert.match(
    result.stderr,
    /^Fairlead needs Node 24\.11 or newer; this is v\d+\.\d+\.\d+\. Run "npm ci" in .*, which brings it\.\n$/,
  );
  assert.equal(result.status, 1);
});

test('the exit code of Fairlead is the exit code of the launcher', { skip }, (t) => {
  const home = homeWith(t, 'process.exitCode = 3;');
  symlinkSync(join(repository, 'node_modules'), join(home, 'node_modules'));

  assert.equal(spawnSync(old ?? '', [join(home, 'bin/fairlead')]).status, 3);
});

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test(`the launcher passes ${signal} on, and Fairlead decides how it ends`, { skip }, async (t) => {
    const home = homeWith(t, waitFor(signal));
    symlinkSync(join(repository, 'node_modules'), join(home, 'node_modules'));
    const launcher = spawn(old ?? '', [join(home, 'bin/fairlead')], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => launcher.kill('SIGKILL'));
    await once(launcher.stdout, 'data');

    launcher.kill(signal);

    assert.deepEqual(await once(launcher, 'exit'), [7, null]);
  });
}

test('a launcher that is killed takes Fairlead with it', { skip }, async (t) => {
  const home = homeWith(t, "process.stdout.write('ready'); setInterval(() => {}, 1000);");
  symlinkSync(join(repository, 'node_modules'), join(home, 'node_modules'));
  const launcher = spawn(old ?? '', [join(home, 'bin/fairlead')], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(launcher.stdout, 'data');

  launcher.kill('SIGKILL');

  // Fairlead holds the other end of this pipe: it closes when Fairlead is gone.
  await once(launcher.stdout, 'end', { signal: AbortSignal.timeout(5_000) });
});

test('a Fairlead that a signal ended ends its launcher by the same', { skip }, async (t) => {
  const home = homeWith(t, "process.kill(process.pid, 'SIGKILL');");
  symlinkSync(join(repository, 'node_modules'), join(home, 'node_modules'));
  const launcher = spawn(old ?? '', [join(home, 'bin/fairlead')], { stdio: 'ignore' });

  assert.deepEqual(await once(launcher, 'exit'), [null, 'SIGKILL']);
});

test('a Node that is new enough runs Fairlead itself', (t) => {
  const home = homeWith(t, 'process.stdout.write(process.execPath);');

  const result = spawnSync(process.execPath, [join(home, 'bin/fairlead')], { encoding: 'utf8' });

  assert.equal(result.stdout, process.execPath);
});

/** A package of the launcher alone, with a program of one line. */
function homeWith(t: TestContext, program: string): string {
  const home = mkdtempSync(join(tmpdir(), 'fl-launcher-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  mkdirSync(join(home, 'bin'));
  mkdirSync(join(home, 'src/cli'), { recursive: true });
  for (const name of ['fairlead', 'package.json']) copyFileSync(join(repository, 'bin', name), join(home, 'bin', name));
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(home, 'src/cli/main.ts'),
    `export function main(argv: readonly string[]): void { void argv; ${program} }`,
  );
  return home;
}

function waitFor(signal: string): string {
  return `
    const timer = setInterval(() => {}, 1000);
    process.on('${signal}', () => { clearInterval(timer); process.exitCode = 7; });
    process.stdout.write('ready');`;
}

function findOldNode(): string | undefined {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/bin', '/usr/bin'];
  return directories.map((directory) => join(directory, 'node')).find(isOld);
}

function isOld(node: string): boolean {
  try {
    const [major = 99] = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' })
      .split('.')
      .map(Number);
    return major < 24;
  } catch {
    return false;
  }
}
