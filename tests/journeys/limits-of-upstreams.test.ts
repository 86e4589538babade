// Limits of what one upstream answers: when it has used its own, the others go on; what another one answered does not count.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, call, openCall, type Reply } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';
import { answerOf, type Received, startUpstream } from './scripted-upstream.ts';

const json = { 'content-type': 'application/json' };
let isWell = true;
let hold: ((received: Received) => void) | undefined;
const one = await startUpstream({ after }, (received) => {
  if (hold) return hold(received);
  received.response.writeHead(isWell ? 200 : 500, json).end(isWell ? answerOf('one') : '{"error":{"message":"no"}}');
});
const two = await startUpstream({ after }, ({ response }) => void response.writeHead(200, json).end(answerOf('two')));
const fairlead = await runFairlead(
  { after },
  {
    config: `
routing: { strategy: order }
upstreams:
  one: { base_url: '${one.url}', data: { trains: false }, api_key: a, models: { m: { as: own/m, price: { input: 1, output: 1 } } } }
  two: { base_url: '${two.url}', data: { trains: false }, api_key: a, models: { m: { as: own/m, price: { input: 1, output: 1 } } } }
`,
  },
);
const { url } = fairlead;

let made = 0;
async function limited(limit: object): Promise<{ key: string; workspace: string }> {
  const name = `w${++made}`;
  const { id: workspace } = await fairlead.ask<{ id: string }>('workspace-create', { name, credit_usd: '1.00' });
  await fairlead.ask('limit-set', { workspace, upstream: 'one', ...limit });
  return { workspace, key: (await fairlead.ask<{ key: string }>('key-create', { workspace })).key };
}

const asks = (key: string, model = 'own/m') => call({ url, key, body: ask(model, { max_tokens: 10 }) });
const byWhom = ({ status, headers }: Reply) => [status, headers['x-fairlead-endpoint']];

test('what one upstream may answer is used up: another one answers, and who asks for that one alone is refused', async () => {
  const { key, workspace } = await limited({ requests: 2, reset: 'daily' });

  const replies = [await asks(key), await asks(key), await asks(key)];
  const alone = await asks(key, 'own/m@one');

  assert.deepEqual(replies.map(byWhom), [
    [200, 'own/m@one'],
    [200, 'own/m@one'],
    [200, 'own/m@two'],
  ]);
  assert.equal(alone.status, 429, alone.body.toString());
  const [row] = await fairlead.ask<readonly { upstream: string }[]>('limit-list', { workspace });
  assert.equal(row?.upstream, 'one');
});

test('dollars of one upstream: a request that they do not cover goes elsewhere with all of its output', async () => {
  // An answer is held for with some two hundred tokens, and six of them are used: 6,000 nano-dollars.
  const { key } = await limited({ usd: '0.000300000', reset: 'monthly' });

  const replies: Reply[] = [];
  for (let each = 0; each < 60; each += 1) replies.push(await asks(key));

  const from = replies.map(({ headers }) => headers['x-fairlead-endpoint']);
  const atOne = from.filter((endpoint) => endpoint === 'own/m@one').length;
  assert.ok(atOne > 0 && atOne <= 50, `${atOne}`);
  assert.ok(replies.every(({ status, headers }) => status === 200 && headers['x-fairlead-clamped'] === undefined));
  assert.equal(from.at(-1), 'own/m@two');
});

test('what another one answered does not count', async () => {
  const { key } = await limited({ requests: 1, reset: 'daily' });
  isWell = false;
  const first = await asks(key);
  isWell = true;

  assert.deepEqual(byWhom(first), [200, 'own/m@two']);
  await eventually(async () => assert.deepEqual(byWhom(await asks(key, 'own/m@one')), [200, 'own/m@one']));
  assert.equal((await asks(key, 'own/m@one')).status, 429);
});

test('of what runs at once at one upstream the rest goes to another', async () => {
  const { key } = await limited({ concurrency: 1 });
  const held = Promise.withResolvers<Received>();
  hold = held.resolve;
  const open = openCall({ url, key, body: ask('own/m', { max_tokens: 10 }) });
  const { response } = await held.promise;
  hold = undefined;

  const beside = await asks(key);
  response.writeHead(200, json).end(answerOf('one'));

  assert.deepEqual(byWhom(beside), [200, 'own/m@two']);
  assert.deepEqual(byWhom(await open.reply), [200, 'own/m@one']);
});

test('neither by the minute nor of end users, whose upstream nobody knows before', async () => {
  for (const limit of [
    { requests: 5, reset: 'minute' },
    { requests: 5, end_users: true },
  ]) {
    await assert.rejects(limited(limit), (thrown) => {
      return thrown instanceof Error && 'sentence' in thrown && /known at the end/.test(String(thrown.sentence));
    });
  }
});

test('what the operator wants of one upstream holds for every workspace together', async () => {
  const first = await limited({ upstream: 'two', requests: 1_000, reset: 'daily' });
  const second = await limited({ upstream: 'two', requests: 1_000, reset: 'daily' });
  // Both are known here before there is such a limit.
  assert.deepEqual([(await asks(first.key)).status, (await asks(second.key)).status], [200, 200]);
  const ofAll = { upstream: 'one', every_workspace: true, requests: 3, reset: 'daily' };
  const { id } = await fairlead.ask<{ id: string }>('limit-set', ofAll);
  await sleep(1_000);

  const replies = [];
  for (const key of [first.key, second.key, first.key, second.key, first.key]) replies.push(await asks(key));
  const alone = await asks(second.key, 'own/m@one');
  const again = await fairlead.ask<{ id: string }>('limit-set', { ...ofAll, requests: 4 });
  await sleep(1_000);
  const after = byWhom(await asks(second.key));

  assert.deepEqual(replies.map(byWhom), [
    ...Array.from({ length: 3 }, () => [200, 'own/m@one']),
    ...Array.from({ length: 2 }, () => [200, 'own/m@two']),
  ]);
  assert.equal(alone.status, 503);
  assert.match(alone.body.toString(), /the operator limits what this upstream answers/);
  assert.doesNotMatch(alone.body.toString(), /\b3\b/, 'its number is nobody else’s');
  assert.deepEqual([again.id, after], [id, [200, 'own/m@one']], 'it moves');
  const listed = await fairlead.ask<readonly { id: string; every_workspace: boolean }[]>('limit-list');
  assert.ok(listed.some((row) => row.id === id && row.every_workspace));
  await fairlead.ask('limit-end', { id });
  await assert.rejects(fairlead.ask('limit-set', { every_workspace: true, requests: 3 }));
  await assert.rejects(fairlead.ask('limit-set', { ...ofAll, workspace: first.workspace }));
});
