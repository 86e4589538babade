// `fairlead doctor`: what keeps a Fairlead from working well, one line each.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { freshFolder } from '../support/fairlead-process.ts';
import { cleanEnvironment, repository } from '../support/run-result.ts';
import { runFairlead } from './running-fairlead.ts';

type Finding = { readonly check: string; readonly state: 'ok' | 'warn' | 'wrong'; readonly says: string };

/** Its clock goes ten minutes after the others. */
const slow = createServer((_, response) => {
  response.writeHead(404, { date: new Date(Date.now() - 600_000).toUTCString() }).end();
});
slow.listen(0, '127.0.0.1');
await new Promise((resolve) => slow.once('listening', resolve));
after(() => slow.close());
const { port } = slow.address() as AddressInfo;
const models = 'models: { m: { as: own/m, price: free } }';

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

async function doctor(folder: string, config?: string) {
  const env = {
    ...cleanEnvironment(),
    TMPDIR: folder,
    FAIRLEAD_DATA: join(folder, 'data'),
    ...(config ? { FAIRLEAD_CONFIG: config } : {}),
  };
  const running = promisify(execFile)(join(repository, 'bin', 'fairlead'), ['doctor', '--json'], { cwd: folder, env });
  const { stdout, code } = await running.then(
    (done) => ({ ...done, code: 0 }),
    (thrown: { stdout: string; code: number }) => thrown,
  );
  const found = JSON.parse(stdout) as readonly Finding[];
  return { code, of: (check: string) => found.find((each) => each.check === check) };
}

test('what is wrong is named, with what to do, and the exit status says so', async () => {
  const fairlead = await runFairlead(
    { after },
    {
      config: `
upstreams:
  near: { base_url: 'http://127.0.0.1:${port}/v1', type: self_hosted, ${models} }
  gone: { base_url: 'http://127.0.0.1:9/v1', type: self_hosted, ${models} }
  dim: { base_url: 'http://127.0.0.1:${port}/v1', data: { trains: false, checked: ${daysAgo(80)} }, models: { d: { as: own/d, price: free } } }
  dark: { base_url: 'http://127.0.0.1:${port}/v1', data: { trains: false, checked: ${daysAgo(91)} }, models: { e: { as: own/e, price: free } } }
  fog: { base_url: 'http://127.0.0.1:${port}/v1', models: { f: { as: own/f, price: free } } }
`,
    },
  );

  const { code, of } = await doctor(fairlead.folder);

  assert.equal(code, 1);
  assert.equal(of('gateways')?.state, 'ok');
  assert.equal(of('upstream near')?.state, 'ok');
  assert.deepEqual([of('upstream gone')?.state, of('upstream gone')?.says.includes('127.0.0.1:9')], ['wrong', true]);
  assert.match(of('clock')?.says ?? '', /^It is (599|600|601) s ahead/);
  assert.match(of('data policies')?.says ?? '', /own\/f@fog/);
  const [dim, dark] = [of('data policy of dim'), of('data policy of dark')];
  assert.deepEqual([dim?.state, dark?.state], ['warn', 'wrong']);
  assert.match(dim?.says ?? '', /counts for 10 more days; then no request goes there\. Read its statement again/);
  assert.match(dark?.says ?? '', /counts as unknown now: no request goes there.*"fairlead policy accept dark"/);
  const health = (await (await fetch(`${fairlead.url}/healthz`)).json()) as {
    status: string;
    lacks: readonly string[];
  };
  assert.deepEqual([health.status, health.lacks.includes('fresh data policies')], ['degraded', true]);
  assert.equal(of('disk')?.state, 'ok');
  assert.equal(of('secrets')?.state, 'ok');
  assert.equal(of('mail')?.state, 'warn');
  assert.equal(of('backups')?.state, 'warn');
});

test('a backup is remembered; a Fairlead that does not run is looked at all the same; nothing wrong is exit 0', async (t) => {
  const folder = freshFolder(t);
  const env = { ...cleanEnvironment(), TMPDIR: folder, FAIRLEAD_DATA: join(folder, 'data') };
  const run = promisify(execFile);
  await run(join(repository, 'bin', 'fairlead'), ['workspace', 'create', 'default', '--json'], { cwd: folder, env });
  await run(join(repository, 'bin', 'fairlead'), ['backup', join(folder, 'b.gz'), '--json'], { cwd: folder, env });

  const { code, of } = await doctor(folder);

  assert.equal(code, 0);
  assert.match(of('backups')?.says ?? '', /^The last one is of 20/);
  assert.equal(of('gateways')?.state, 'warn');
  assert.match(of('upstreams')?.says ?? '', /none but the sandbox/);
});

test('a configuration that cannot be used is the one finding', async (t) => {
  const { code, of } = await doctor(freshFolder(t), '/nowhere/fairlead.yaml');

  assert.equal(code, 1);
  assert.match(of('configuration')?.says ?? '', /does not exist/);
});
