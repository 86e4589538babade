// The gateway's thread waits for no disk: seen from the operating system, on warm requests, streamed and not.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import test from 'node:test';
import { runFairlead } from './running-fairlead.ts';

/** `npm test -- --requests 10000 journeys/no-file-calls` for the whole of it. */
const requests = Number(process.env.FAIRLEAD_TEST_REQUESTS ?? 600);
const lanes = 8;

/**
 * Whatever names, opens, reads at a place, changes or syncs a file. libuv's `io_uring_enter` is none of it: it tells epoll
 * of several sockets at once, and does files' calls that way only when UV_USE_IO_URING asks for it.
 */
const onFiles =
  /^(open|openat2?|creat|stat|lstat|fstat|newfstatat|statx|access|faccessat2?|readlink|readlinkat|unlink|unlinkat|rename\w*|mkdir\w*|rmdir|link\w*|symlink\w*|getdents\w*|truncate|ftruncate|fallocate|fsync|fdatasync|sync\w*|msync|lseek|pread\w*|pwrite\w*|sendfile|copy_file_range|flock|chdir|utime\w*)\(/;
/** With `-y` each descriptor shows what it is: a file is a path. */
const aFile = /\d<\/(?!dev\/null|dev\/urandom)/;

test('warm requests make no call on a file from the gateway’s thread', {
  skip: !hasStrace() && 'needs strace',
}, async (context) => {
  const { url, key, pid, folder } = await runFairlead(context);
  await ask({ url, key }, 200);
  const traceFile = join(folder, 'trace');
  // Without `-f` it follows one thread: the main one, which has the process's number.
  const trace = spawn('strace', ['-y', '-o', traceFile, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
  context.after(() => trace.kill('SIGKILL'));
  const [said] = (await once(trace.stderr, 'data')) as [Buffer];
  if (!said.includes('attached')) return context.skip('may not trace here');

  await ask({ url, key }, requests);
  trace.kill('SIGINT');
  await once(trace, 'exit');

  const calls = readFileSync(traceFile, 'utf8')
    .split('\n')
    .filter((line) => /^\w+\(/.test(line));
  const writes = calls.filter((line) => /^(write|writev|sendto|sendmsg)\(\d+<(socket|TCP)/.test(line));
  assert.ok(writes.length >= requests, `${writes.length} writes to sockets: the trace saw the requests`);
  assert.deepEqual(
    calls.filter((line) => onFiles.test(line) || aFile.test(line)),
    [],
  );
});

function hasStrace(): boolean {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function ask({ url, key }: { readonly url: string; readonly key: string }, count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: lanes });
  let left = count;
  const lane = async () => {
    for (; left > 0; left--) await one({ url, key, agent, isStreamed: left % 2 === 0 });
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  agent.destroy();
}

type One = { readonly url: string; readonly key: string; readonly agent: Agent; readonly isStreamed: boolean };

function one({ url, key, agent, isStreamed }: One): Promise<void> {
  const messages = [{ role: 'user', content: 'hi' }];
  const body = JSON.stringify({ model: 'sandbox/echo', messages, max_tokens: 20, stream: isStreamed });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/v1/chat/completions`, { method: 'POST', agent, headers }, (reply) => {
      if (reply.statusCode !== 200) reject(new Error(`status ${reply.statusCode}`));
      reply.resume().on('end', resolve);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
