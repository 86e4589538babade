// How a workspace says who serves it, when its wallet is filled by itself; and how people write to the operator.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { type Browser, setUp } from './browser.ts';
import { ask, call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());
const offer = 'data: { trains: false }, models: { sandbox/echo: { as: t/one, price: free } }';
const config = `
policy: { contact: help@harbour.example }
upstreams:
  east: { base_url: "${simulator.url}", api_key: a, provider: pier, ${offer} }
  west: { base_url: "${simulator.url}", api_key: b, provider: dock, ${offer} }
`;
const fairlead = await runFairlead({ after }, { config });
const owner: Browser = await setUp(fairlead);
const { url, key } = fairlead;
const patch = (settings: object) => owner.visit('/api/v1/settings', { method: 'PATCH', body: { settings } });
const answeredBy = async () => {
  const reply = await call({ url, key, body: ask('t/one') });
  return reply.status === 200 ? String(reply.headers['x-fairlead-endpoint']) : `${reply.status} ${reply.body}`;
};

test('whom a workspace allows or denies, by provider or upstream, holds within a second, and is written down', async () => {
  assert.equal((await patch({ providers: 'dock' })).status, 200);
  await eventually(async () => assert.equal(await answeredBy(), 't/one@west'));
  assert.equal((await patch({ providers: 'any', providers_denied: 'west' })).status, 200);
  await eventually(async () => assert.equal(await answeredBy(), 't/one@east'));
  assert.equal((await patch({ providers: 'west', providers_denied: 'west' })).status, 200);
  await eventually(async () => assert.match(await answeredBy(), /^404 .*allowed_providers/s));
  assert.equal((await patch({ providers: 'any', providers_denied: 'none' })).status, 200);
  await eventually(async () => assert.match(await answeredBy(), /^t\/one@/));

  assert.match((await owner.visit('/api/v1/audit')).text, /settings-change.*providers=west providers_denied=west/s);
  const shown = (await owner.visit('/api/v1/settings')).json<{ data: { settings: object } }>().data.settings;
  assert.deepEqual(shown, { providers: 'any', providers_denied: 'none' });
});

test('a setting that is none, a value that is none, and one that is not for members, are refused; nothing of them holds', async () => {
  for (const settings of [{ strategy: 'price', zdr: 'maybe' }, { abuse: 'off' }, { colour: 'blue' }, {}]) {
    assert.equal((await patch(settings)).status, 400, JSON.stringify(settings));
  }
  assert.doesNotMatch((await owner.visit('/api/v1/settings')).text, /strategy|abuse/);
});

test('auto top-up is set and switched off with proof; the page is told whether a card was kept', async () => {
  const put = (body: object) => owner.visit('/api/v1/credits/topup', { method: 'PUT', body });
  const set = await put({ below: 5, add: 20, month: 100 });
  assert.deepEqual(set.json().data, { is_on: true, below: 5, add: 20, month: 100, has_card: false, can_pay: false });
  assert.equal((await put({ below: 5, add: 0, month: 100 })).status, 400);
  assert.equal((await put({ off: true })).json<{ data: { is_on: boolean } }>().data.is_on, false);
});

test('a message to the operator has a number, goes to the contact, and lies sealed', async () => {
  const sent = await owner.post('/api/v1/support', { subject: 'Lantern out', message: 'The third lantern is dark.' });
  assert.equal(sent.status, 201, sent.text);
  const { number } = sent.json<{ data: { number: string } }>().data;
  assert.match(number, /^S-\d{8}-\d{6}$/);

  const listed = (await owner.visit('/api/v1/support')).json<{ data: object[] }>().data;
  assert.deepEqual(
    listed.map((each) => ({ ...each, sent_at: '' })),
    [{ number, subject: 'Lantern out', message: 'The third lantern is dark.', sent_at: '' }],
  );
  const outbox = (await owner.visit('/api/v1/operator/outbox')).json<{
    data: { id: string; kind: string; to: string }[];
  }>();
  const letter = outbox.data.find(({ kind }) => kind === 'support');
  assert.equal(letter?.to, 'help@harbour.example');
  const read = await owner.post(`/api/v1/operator/outbox/${letter?.id}/read`);
  assert.match(read.text, /The third lantern is dark/);
  for (const name of readdirSync(fairlead.dataDir).filter((each) => each.startsWith('people.db'))) {
    assert.doesNotMatch(readFileSync(join(fairlead.dataDir, name), 'latin1'), /lantern/i, name);
  }

  const statuses: number[] = [];
  for (let round = 0; round < 7; round += 1)
    statuses.push((await owner.post('/api/v1/support', { subject: 'x', message: 'y' })).status);
  assert.equal(statuses.at(-1), 429);
  assert.equal((await owner.post('/api/v1/support', { subject: 'x', message: '4111 1111 1111 1111' })).status, 400);
});
