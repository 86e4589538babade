import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from './run-result.ts';

const preload = [
  `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketimeMT.so.1`,
  '/usr/local/lib/faketime/libfaketimeMT.so.1',
].find((path) => existsSync(path));

/** Whether other programs than Node can be started on another day. */
export const hasFaketime = preload !== undefined;

/** What starts a process so many days later: by the real `faketime` where it is installed, else by a calendar of our own. */
export function daysOn(days: number): Readonly<Record<string, string>> {
  if (preload) return { LD_PRELOAD: preload, FAKETIME: `+${days}d`, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
  const hook = pathToFileURL(join(repository, 'tests/support/shifted-clock.ts')).href;
  return { NODE_OPTIONS: `--import=${hook}`, FAIRLEAD_TEST_SHIFT_DAYS: String(days) };
}
