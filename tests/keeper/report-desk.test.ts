// Reports over SQLite have a thread of their own, and on Linux it comes behind all others.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { test } from 'node:test';
import { runningKeeper, TestPeer } from './keeper-under-test.ts';

/** How nice each thread of this process is. */
function nicenesses(): readonly number[] {
  return readdirSync('/proc/self/task').map((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    // What stands behind the name in brackets begins with the third field; niceness is the nineteenth.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });
}

test('a report is made on a thread that all others come before', {
  skip: process.platform === 'linux' ? false : 'priorities are of threads on Linux alone',
}, async (t) => {
  const { socketPath } = await runningKeeper(t);
  const peer = await TestPeer.hello(t, socketPath, 'cli', 'command');
  const own = getPriority();
  const behind = () => nicenesses().filter((nice) => nice > own).length;
  assert.equal(behind(), 0);

  await peer.command('usage');

  assert.equal(behind(), 1);
  assert.equal(getPriority(), own);
});
