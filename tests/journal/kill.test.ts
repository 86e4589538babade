import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { endsOf, readJournal, temporaryFolder } from './journal-under-test.ts';

const rounds = 10;
const triesMax = 30;

test('kill -9 loses no end that was resolved, and leaves no end without its begin', async (context) => {
  let reported = 0;
  let clean = 0;
  for (let round = 0; clean < rounds; round++) {
    assert.ok(round < triesMax, 'this machine is too busy for an end within 50 ms');
    const dataDir = temporaryFolder(context);

    const lines = await killAfter(dataDir, 20 + (round % rounds) * 17);

    // A late end is released unwritten, with an alarm, and promises nothing.
    if (lines.some((line) => line.startsWith('alarm'))) continue;
    const records = readJournal(join(dataDir, 'journal', 'g1'));
    const ended = new Set(endsOf(records));
    const begun = new Set(records.filter(({ kind }) => kind === 'begin').map(({ generation }) => generation));
    for (const name of lines) assert.ok(ended.has(name), `${name} was reported and is not in the file`);
    for (const name of ended) assert.ok(begun.has(name), `${name} ended without a begin`);
    reported += lines.length;
    clean += 1;
  }
  assert.ok(reported > rounds * 10, `${reported} ends were reported`);
});

/** What the killed process had reported, a line each. */
async function killAfter(dataDir: string, ms: number): Promise<string[]> {
  const script = fileURLToPath(import.meta.resolve('./killed-writer.ts'));
  const child = spawn(process.execPath, [script, dataDir, join(dataDir, 'k.sock')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), ms));
  const [, signal] = await once(child, 'close');
  assert.equal(signal, 'SIGKILL');
  const text = readFileSync(join(dataDir, 'report'), 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean);
}
