// `fairlead chaos` as an operator runs it: a configuration, a Fairlead of its own, and the cells.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cleanEnvironment, repository } from '../support/run-result.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runFairlead } from './running-fairlead.ts';

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

const folder = temporaryFolder(after);

function chaos(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const program = [join(repository, 'bin/fairlead'), 'chaos', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, program, { env: { ...cleanEnvironment(), ...env } }, (failed, stdout, stderr) => {
      resolve({ code: Number(failed?.code ?? 0), stdout, stderr });
    });
  });
}

/** Twelve in a row are hard to reserve; far above the ports that are given out by themselves they are mostly free. */
async function freePort(): Promise<number> {
  for (let port = 20_000 + (process.pid % 9_000); ; port += 12) {
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
}

test('the cells of a written configuration are played and judged, with the records where they can be read', async (t) => {
  const choice = ['--port', String(await freePort()), '--cells', '40', '--seed', 'command'];
  const file = join(folder, 'chaos.yaml');
  const written = await chaos(['--config', file, ...choice]);
  const fairlead = await runFairlead(t, { config: readFileSync(file, 'utf8') });
  await fairlead.ask('wallet-credit', { usd: '20.00' });

  const where = ['--server', fairlead.url, '--key', fairlead.key];
  const wrong = await chaos(['--server', fairlead.url, '--key', 'sk-no', ...choice]);
  const played = await chaos([...where, ...choice, '--json'], {
    FAIRLEAD_DATA: fairlead.dataDir,
    TMPDIR: fairlead.folder,
  });
  const told = JSON.parse(played.stdout);

  assert.match(written.stdout, /has the upstreams of 40 cells/);
  assert.deepEqual([wrong.code, wrong.stdout], [1, '']);
  assert.match(wrong.stderr, /does not take that key/);
  assert.deepEqual([played.code, told.passed, told.failed, told.records_judged], [0, 40, 0, true], played.stdout);
  assert.deepEqual([told.cells.length, told.failures], [40, []]);
});
