// NOTICE and SUBPROC as operator and customers see them: the same data directory, started again with the calendar turned on.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startSimulator } from '#simulator/simulator.ts';
import { repository } from '../support/run-result.ts';
import { startSmtpDouble } from '../support/smtp-double.ts';
import { setUp } from './browser.ts';
import { ask, call } from './caller.ts';
import { eventually, type RunningFairlead, runInFolder } from './running-fairlead.ts';

const hook = pathToFileURL(join(repository, 'tests/support/shifted-clock.ts')).href;
const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());
const folder = mkdtempSync(join(tmpdir(), 'fl-notices-'));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
const smtp = await startSmtpDouble({ after });

const upstreamLine = (name: string) =>
  `  ${name}: { base_url: "${simulator.url}", api_key: key-${name}, provider: ${name}, type: host, region: eu, data: { trains: false }, models: { sandbox/echo: { as: t/${name}, price: free } } }`;
const first = `${smtp.mail}retention: { usage_days: 30 }\nupstreams:\n${upstreamLine('old')}\n`;
const dayAfter = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const effective = dayAfter(30);
const second = `${smtp.mail}retention: { usage_days: 60 }\npolicy: { effective: ${effective} }\nupstreams:\n${upstreamLine('old')}\n${upstreamLine('fresh')}\n`;

/** Other workspaces than the operator's, each with a key. */
const keys = new Map<string, string>();
let own = '';

async function start(config: string, days = 0): Promise<RunningFairlead> {
  const env = days === 0 ? {} : { NODE_OPTIONS: `--import=${hook}`, FAIRLEAD_TEST_SHIFT_DAYS: String(days) };
  return await runInFolder({ after }, folder, { config, env });
}

const send = (url: string, workspace: string, model: string) =>
  call({
    url,
    key: workspace === 'own' ? own : keys.get(workspace),
    path: '/api/v1/chat/completions',
    body: ask(model),
  });

async function read<Value>(url: string, path: string): Promise<Value> {
  return JSON.parse((await call({ url, path, method: 'GET' })).body.toString()) as Value;
}

type Notice = {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly effective: string;
  readonly material: boolean;
  readonly holds: boolean;
  readonly changes: readonly { readonly kind: string }[];
  readonly told: { readonly people: number; readonly seen: number; readonly mailed: number };
};

test('what is configured when the first version is published needs no notice', async () => {
  const fairlead = await start(first);
  own = fairlead.key;
  await setUp(fairlead);
  for (const name of ['waits', 'agrees', 'objects']) {
    await fairlead.ask('workspace-create', { name, credit_usd: '1.00' });
    keys.set(name, (await fairlead.ask<{ key: string }>('key-create', { workspace: name })).key);
  }
  assert.equal((await send(fairlead.url, 'waits', 't/old')).status, 200);
  assert.deepEqual(await read(fairlead.url, '/legal/notices.json'), []);
  await fairlead.stop();
});

test('a longer retention and a new sub-processor are told to everybody, once, on pages, as feed and by mail', async () => {
  for (let rerun = 0; rerun < 2; rerun += 1) {
    const fairlead = await start(second);
    const { url } = fairlead;
    // The first visitor starts the console, which writes the letters.
    assert.equal((await read<readonly Notice[]>(url, '/legal/notices.json')).length, 2);
    const notices = await eventually(async () => {
      const told = await fairlead.ask<readonly Notice[]>('notice-list');
      assert.ok(
        told.every(({ told: { people, mailed } }) => people === 1 && mailed === 1),
        JSON.stringify(told),
      );
      return told;
    }, 20_000);
    assert.deepEqual(
      notices
        .map(({ kind, subject, effective: day, material, holds }) => [kind, subject, day, material, holds])
        .toSorted(),
      [
        ['policy', 'strict-2', effective, true, false],
        ['sub-processor', 'fresh', dayAfter(30), true, false],
      ],
    );
    assert.ok(
      notices.some(({ changes }) => changes.some(({ kind }) => kind === 'reworded')),
      'word by word',
    );
    const page = (await call({ url, path: '/privacy', method: 'GET' })).body.toString();
    assert.match(page, /class="notice"[\s\S]*takes effect on/);
    assert.match(page, /fresh will answer AI requests from/);
    const feed = (await call({ url, path: '/legal/notices.rss', method: 'GET' })).body.toString();
    assert.equal(feed.split('<item>').length - 1, 2);
    await fairlead.stop();
  }
  assert.equal(smtp.received.filter((letter) => /takes effect|will answer AI requests/.test(letter)).length, 2);
});

test('until its day a new upstream serves only who agreed; who objects is never sent there', async () => {
  const fairlead = await start(second);
  const { url } = fairlead;
  const decide = (workspace: string, decision: string) =>
    fairlead.ask('sub-processor-decide', { workspace, upstream: 'fresh', decision });
  const refused = await send(url, 'waits', 't/fresh');
  assert.equal(refused.status, 404);
  assert.match(refused.body.toString(), /sub_processor:notice/);
  assert.ok(refused.body.toString().includes(dayAfter(30)), 'it says from when');
  assert.equal((await send(url, 'own', 't/fresh')).status, 200, 'the operator decided it, and needs no notice');

  await decide('agrees', 'agree');
  await decide('objects', 'object');
  await eventually(async () => assert.equal((await send(url, 'agrees', 't/fresh')).status, 200));
  await eventually(async () =>
    assert.match((await send(url, 'objects', 't/fresh')).body.toString(), /sub_processor:objection/),
  );
  // Also of one that was there before.
  await fairlead.ask('sub-processor-decide', { workspace: 'objects', upstream: 'old', decision: 'object' });
  await eventually(async () => assert.equal((await send(url, 'objects', 't/old')).status, 404));
  await fairlead.ask('sub-processor-decide', { workspace: 'objects', upstream: 'old', decision: 'none' });
  await eventually(async () => assert.equal((await send(url, 'objects', 't/old')).status, 200));
  await assert.rejects(
    fairlead.ask('sub-processor-decide', { workspace: 'agrees', upstream: 'nobody', decision: 'agree' }),
  );
  await fairlead.stop();
});

test('on day 29 nothing holds yet, on day 30 both do, and an objection stays', async () => {
  const before = await start(second, 29);
  assert.equal((await send(before.url, 'waits', 't/fresh')).status, 404);
  assert.equal((await read<{ version: number }>(before.url, '/privacy.json')).version, 1);
  assert.equal((await before.ask<{ usage_days: number }>('retention')).usage_days, 30);
  await before.stop();

  const then = await start(second, 30);
  assert.equal((await send(then.url, 'waits', 't/fresh')).status, 200);
  assert.equal((await send(then.url, 'objects', 't/fresh')).status, 404);
  assert.equal((await read<{ version: number }>(then.url, '/privacy.json')).version, 2);
  assert.equal((await then.ask<{ usage_days: number }>('retention')).usage_days, 60);
  const notices = await read<readonly Notice[]>(then.url, '/legal/notices.json');
  assert.deepEqual([notices.length, notices.every(({ holds }) => holds)], [2, true]);
  await then.stop();
});

test('an operator who cannot wait says why in public, and then it serves everybody', async () => {
  const third = `${second}${upstreamLine('urgent')}\n`;
  const fairlead = await start(third);
  const { url } = fairlead;
  assert.equal((await send(url, 'waits', 't/urgent')).status, 404);
  await assert.rejects(fairlead.ask('sub-processor-forward', { upstream: 'urgent' }), 'not without a reason');
  await fairlead.ask('sub-processor-forward', { upstream: 'urgent', reason: 'the old one is closing down' });
  await eventually(async () => assert.equal((await send(url, 'waits', 't/urgent')).status, 200));
  const entries = await fairlead.ask<readonly { kind: string; body: { reason?: string } }[]>('log-entries');
  assert.ok(
    entries.some(({ kind, body }) => kind === 'sub-processor' && body.reason === 'the old one is closing down'),
  );
});
