import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'node:test';
import { endsOf, readJournal, temporaryFolder } from './journal-under-test.ts';

const rounds = 10;

test('kill -9 loses no end that was resolved, and leaves no end without its begin', async (context) => {
  let reported = 0;
  for (let round = 0; round < rounds; round++) {
    const dataDir = temporaryFolder(context);

    const { names, alarms } = await killAfter(dataDir, 20 + round * 17);

    assert.deepEqual(alarms, []);
    const records = readJournal(join(dataDir, 'journal', 'g1'));
    const ended = new Set(endsOf(records));
    const begun = new Set(records.filter(({ kind }) => kind === 'begin').map(({ generation }) => generation));
    for (const name of names) assert.ok(ended.has(name), `${name} was reported and is not in the file`);
    for (const name of ended) assert.ok(begun.has(name), `${name} ended without a begin`);
    reported += names.length;
  }
  assert.ok(reported > rounds * 10, `${reported} ends were reported`);
});

async function killAfter(dataDir: string, ms: number): Promise<{ names: string[]; alarms: string[] }> {
  const script = join(import.meta.dirname, 'killed-writer.ts');
  const child = spawn(process.execPath, [script, dataDir, join(dataDir, 'k.sock')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), ms));
  const [, signal] = await once(child, 'close');
  assert.equal(signal, 'SIGKILL');
  const lines = text.slice(0, text.lastIndexOf('\n')).split('\n');
  return {
    names: lines.filter((line) => !line.startsWith('alarm')),
    alarms: lines.filter((line) => line.startsWith('alarm')),
  };
}
