// From a reply's header to a proof that needs nobody's word: receipts and the log of promises, over the wire and offline.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cleanEnvironment, repository } from '../support/run-result.ts';
import { ask, call, type Reply } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after }, {});
const { url, key, folder, dataDir } = fairlead;

function get(path: string, secret: string | undefined = undefined): Promise<Reply> {
  return call({ url, key: secret, path, method: 'GET' });
}

function save(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The command line, on another data directory unless told: it must not need the server. */
function verify(
  args: readonly string[],
  data = join(folder, 'elsewhere'),
): { readonly ok: boolean; readonly problems: unknown[] } {
  const env = { ...cleanEnvironment(), FAIRLEAD_DATA: data, TMPDIR: folder };
  const options = { env, cwd: folder, encoding: 'utf8' as const, stdio: 'pipe' as const };
  try {
    return JSON.parse(execFileSync(join(repository, 'bin/fairlead'), ['verify', ...args, '--json'], options));
  } catch (thrown) {
    const { status, stdout, stderr } = thrown as { status: number; stdout: string; stderr: string };
    assert.equal(status, 1, stderr);
    return JSON.parse(stdout);
  }
}

test('every answer names its receipt, which its workspace alone may read, and which proves itself offline', async () => {
  const reply = await call({ url, key, body: ask('sandbox/echo') });
  const id = String(reply.headers['x-fairlead-receipt']);
  assert.equal(id.slice(4), String(reply.headers['x-generation-id']).slice(4));
  const received = await eventually(async () => {
    const answer = await get(`/api/v1/receipts/${id}`, key);
    assert.equal(answer.status, 200);
    return answer.body.toString();
  });
  const { data } = JSON.parse(received) as { data: { statement: Record<string, unknown> } };
  assert.equal(data.statement.endpoint, 'sandbox/echo@sandbox');
  assert.equal(data.statement.endpoint_type, 'sandbox');

  const other = await fairlead.ask<{ id: string }>('workspace-create', { name: 'strangers' });
  const stranger = await fairlead.ask<{ key: string }>('key-create', { workspace: other.id });
  assert.equal((await get(`/api/v1/receipts/${id}`, stranger.key)).status, 404);
  assert.equal((await get(`/api/v1/receipts/${id}`)).status, 401);

  const keys = save('keys.json', (await get('/.well-known/fairlead-keys.json')).body.toString());
  assert.equal(verify(['receipt', save('receipt.json', received), '--keys', keys]).ok, true);
  assert.equal(verify(['receipt', join(folder, 'receipt.json')], dataDir).ok, true, 'against the keys of here');
  const forged = received.replace('"end_reason":"completed"', '"end_reason":"failed"');
  assert.notEqual(forged, received);
  assert.equal(verify(['receipt', save('forged.json', forged), '--keys', keys]).ok, false);
});

test('a refusal after admission has a receipt, too', async () => {
  const reply = await call({ url, key, body: ask('sandbox/fault-http-500') });
  assert.notEqual(reply.status, 200);
  const id = String(reply.headers['x-fairlead-receipt']);
  await eventually(async () => assert.equal((await get(`/api/v1/receipts/${id}`, key)).status, 200));
});

test('the log tells of keys, endpoints and data policies, and whoever saved a head sees that it only grows', async () => {
  const head = await eventually(async () => {
    const text = (await get('/log/head')).body.toString();
    assert.ok((JSON.parse(text) as { size: number }).size > 2);
    return text;
  });
  const saved = save('head.json', head);
  const { size, root } = JSON.parse(head) as { size: number; root: string };
  const entries = JSON.parse((await get('/log/entries')).body.toString()) as { kind: string; subject: string }[];
  assert.equal(entries.length, size);
  for (const kind of ['key', 'endpoint', 'data-policy'])
    assert.ok(
      entries.some((entry) => entry.kind === kind),
      kind,
    );

  await fairlead.ask('trust-key-rotate');

  const grown = JSON.parse((await get(`/log/proof?first=${size}`)).body.toString()) as {
    size: number;
    proof: string[];
  };
  assert.equal(grown.size, size + 1);
  assert.equal((await get('/log/proof?entry=99999')).status, 400);
  assert.equal((await get('/log/proof?entry=x')).status, 400);
  assert.equal(verify(['log', '--head', saved], dataDir).ok, true);
  const whole = { entries: await json('/log/entries'), head: await json('/log/head') };
  const keys = save('keys2.json', (await get('/.well-known/fairlead-keys.json')).body.toString());
  const file = save('log.json', JSON.stringify(whole));
  assert.equal(verify(['log', file, '--keys', keys, '--head', saved]).ok, true);
  const rewritten = JSON.stringify(whole).replace('"type":"sandbox"', '"type":"first_party"');
  assert.equal(verify(['log', save('rewritten.json', rewritten), '--keys', keys]).ok, false);
  const otherHead = save(
    'other-head.json',
    JSON.stringify({ size, root: root.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }),
  );
  assert.equal(verify(['log', file, '--keys', keys, '--head', otherHead]).ok, false);
  assert.equal(
    verify(['receipt', join(folder, 'receipt.json'), '--keys', keys]).ok,
    true,
    'what the old key signed stays good',
  );
});

async function json(path: string): Promise<unknown> {
  return JSON.parse((await get(path)).body.toString());
}
