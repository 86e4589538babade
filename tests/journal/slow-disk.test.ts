import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { endsOf, readJournal, temporaryFolder } from './journal-under-test.ts';

test('while the disk hangs in a sync, ends are written all the same', async (context) => {
  const dataDir = temporaryFolder(context);
  const preload = import.meta.resolve('./hanging-sync.ts');
  const script = fileURLToPath(import.meta.resolve('./hanging-writer.ts'));
  const child = spawn(process.execPath, ['--import', preload, script, dataDir, join(dataDir, 'k.sock')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, HANG_WHILE: join(dataDir, 'hang') },
  });
  context.after(() => child.kill('SIGKILL'));

  assert.deepEqual(JSON.parse(await text(child.stdout)), { written: 501, syncs: 0, alarms: [] });

  assert.equal(endsOf(readJournal(join(dataDir, 'journal', 'g1'))).length, 501);
});
