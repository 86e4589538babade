// What an operator sees of a start, of a running process and of its end.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment, repository } from '../support/run-result.ts';
import { ask, call, errorOf, generationOf, openCall } from './caller.ts';
import { readStream } from './read-stream.ts';
import { runFairlead, runInFolder } from './running-fairlead.ts';

test('the first start prints four lines that work as they stand, the second its address alone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fl-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));

  const first = await startPlainly(t, folder, 4);
  const [address = '', setUp = '', key = '', curl = ''] = first.lines;
  const answer = JSON.parse(execFileSync('sh', ['-c', curl], { encoding: 'utf8' }));
  const stopped = await first.stop();
  const second = await startPlainly(t, folder, 1);

  assert.match(address, /^Fairlead http:\/\/127\.0\.0\.1:\d+$/);
  assert.match(setUp, /^Set-up http:\/\/127\.0\.0\.1:\d+\/setup\/[A-Za-z0-9]+$/);
  assert.match(key, /^Key sk-fl-[0-9A-Za-z]{49}$/);
  assert.equal(answer.choices[0].message.content, 'Hello, harbour');
  assert.equal(stopped, 0);
  assert.equal(second.lines.length, 1);
  assert.match(second.lines[0] ?? '', /^Fairlead http:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(await second.stop(), 0);
  assert.equal(second.stdout().split('\n').length, 2, 'nothing else goes to stdout');
});

test('the key and the wallet of the first start serve after the second', async (t) => {
  const first = await runFairlead(t);
  await call({ url: first.url, key: first.key, body: ask('sandbox/echo') });
  const spent = (await first.settledWallet()).balance;
  await first.stop();

  const second = await runInFolder(t, first.folder, {});
  const reply = await call({ url: second.url, key: first.key, body: ask('sandbox/echo') });

  assert.equal(second.key, '');
  assert.equal(second.setupUrl, null);
  assert.equal(reply.status, 200);
  assert.ok((await second.settledWallet()).balance <= spent);
});

test('machines learn whether it lives, whether it serves, and what it counts', async (t) => {
  const { url, key, dataDir } = await runFairlead(t);
  await call({ url, key, body: ask('sandbox/echo') });
  const get = (path: string) => call({ url, path, method: 'GET' });

  const [health, ready, metrics] = await Promise.all([get('/healthz'), get('/readyz'), get('/metrics')]);

  assert.deepEqual(
    [health.status, health.body.toString()],
    [200, '{"status":"degraded","lacks":["support channel"]}\n'],
  );
  assert.deepEqual([ready.status, ready.body.toString()], [200, '{"status":"ok"}\n']);
  assert.equal(metrics.status, 200);
  assert.match(String(metrics.headers['content-type']), /^text\/plain; version=0\.0\.4/);
  assert.match(
    metrics.body.toString(),
    /^fairlead_generations_total\{end_reason="completed",attribution="upstream",upstream="sandbox"\} 1$/m,
  );
  assert.equal(statSync(join(dataDir, 'secrets', 'pepper')).mode & 0o777, 0o600);
  assert.equal(statSync(dataDir).mode & 0o077, 0);
});

test('the set-up link works once', async (t) => {
  const { setupUrl, url } = await runFairlead(t);
  const path = new URL(setupUrl ?? '').pathname;
  const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' }, url, path };
  const body =
    'name=Marit&contact=marit%40example.com&jurisdiction=NO&publicUrl=https%3A%2F%2Fai.example.com&email=m%40example.com&password=a+long+quay+wall';

  const opened = await call({ url, path, method: 'GET' });
  const incomplete = await call({ ...form, body: 'name=&contact=' });
  const foreign = await call({ ...form, body, headers: { ...form.headers, 'sec-fetch-site': 'cross-site' } });
  const done = await call({ ...form, body });
  const [again, twice, other] = await Promise.all([
    call({ url, path, method: 'GET' }),
    call({ ...form, body }),
    call({ url, path: `${path.slice(0, -1)}x`, method: 'GET' }),
  ]);

  assert.deepEqual(
    [opened, incomplete, foreign, done].map(({ status }) => status),
    [200, 422, 403, 200],
  );
  assert.equal(again.status, 410);
  assert.ok([410, 422].includes(twice.status), `${twice.status}`);
  assert.equal(other.status, 410);
});

test('on SIGTERM open streams end well, new requests are told so after a moment, and it exits with 0', async (t) => {
  const { url, key, stop, stderr } = await runFairlead(t, { config: 'deadlines: { drain_accept_ms: 400 }\n' });
  const body = ask('sandbox/pace-100-20', { stream: true });
  const open = Array.from({ length: 5 }, () => openCall({ url, key, body }));
  await Promise.all(open.map(({ began }) => began));

  const exit = stop();
  await sleep(150);
  const ready = await call({ url, path: '/readyz', method: 'GET' });
  const early = await call({ url, key, body: ask('sandbox/echo') });
  await sleep(500);
  const late = await call({ url, key, body: ask('sandbox/echo') });
  const fresh = await call({ url, key, body: ask('sandbox/echo'), headers: { connection: 'close' } });
  const still = await call({ url, path: '/readyz', method: 'GET' });
  const replies = await Promise.all(open.map(({ reply }) => reply));

  assert.deepEqual([ready.status, ready.body.toString()], [503, '{"status":"draining"}\n']);
  assert.equal(early.status, 200);
  // Whoever comes is told, also on a new connection, and to come again elsewhere.
  for (const told of [late, fresh]) {
    assert.deepEqual([told.status, errorOf(told).code], [503, 'draining']);
    assert.deepEqual([told.headers['retry-after'], told.headers.connection], ['1', 'close']);
  }
  assert.equal(still.status, 503);
  for (const reply of replies) {
    assert.equal(reply.isWhole, true);
    assert.deepEqual([readStream(reply.body).text.split(' ').length, readStream(reply.body).isDone], [20, true]);
  }
  assert.equal(await exit, 0);
  assert.match(stderr(), /"event":"stopped"/);
});

test('a stream that outlives the drain is told so, costs nothing, and is settled before the exit', async (t) => {
  const config = 'deadlines: { drain_accept_ms: 50, drain_ms: 300 }\n';
  const first = await runFairlead(t, { config });
  const open = openCall({ url: first.url, key: first.key, body: ask('sandbox/pace-100-100', { stream: true }) });
  await open.began;

  const code = await first.stop();
  const reply = await open.reply;
  const second = await runInFolder(t, first.folder, { config });
  const record = await second.explain(generationOf(reply));

  assert.equal(code, 0);
  const seen = readStream(reply.body);
  assert.deepEqual([seen.error?.code, seen.isDone, reply.isWhole], ['draining', false, true]);
  assert.deepEqual([record.end_reason, record.charge_usd], ['drained', '0.000000000']);
  assert.equal((await second.wallet()).balance, 1_000_000_000n);
});

async function startPlainly(t: TestContext, folder: string, lineCount: number) {
  const env = { ...cleanEnvironment(), PORT: '0', FAIRLEAD_DATA: join(folder, 'data'), TMPDIR: folder };
  const child = spawn(process.execPath, [join(repository, 'bin/fairlead'), 'start'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.after(() => child.kill('SIGKILL'));
  let stdout = '';
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  const exited = once(child, 'exit');
  while (stdout.split('\n').length <= lineCount) {
    assert.equal(child.exitCode, null, 'it ended');
    await sleep(10);
  }
  const stop = async () => {
    child.kill('SIGTERM');
    return (await exited)[0];
  };
  return { lines: stdout.trimEnd().split('\n'), stdout: () => stdout, stop };
}
