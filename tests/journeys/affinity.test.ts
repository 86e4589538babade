// A conversation finds back to whoever has it in a cache, over real sockets; another workspace's does not.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, generationOf } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';
import { startUpstream } from './scripted-upstream.ts';

let broken: string | undefined;

async function host(name: string) {
  const { url } = await startUpstream({ after }, ({ response }) => {
    if (broken === name) return void response.writeHead(500).end();
    const message = { role: 'assistant', content: 'yes' };
    const usage = { prompt_tokens: 40, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 30 } };
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }], usage }));
  });
  const price = '{ input: 3, cached_input: 0.3, output: 1 }';
  return `  ${name}: { base_url: "${url}", data: { trains: false }, models: { m: { as: m, price: ${price} } } }\n`;
}

const names = ['h0', 'h1', 'h2', 'h3'];
const hosts = await Promise.all(names.map(host));
const fairlead = await runFairlead({ after }, { config: `upstreams:\n${hosts.join('')}` });
const other = await fairlead
  .ask<{ key: string }>('workspace-create', { name: 'other', credit_usd: '1.00' })
  .then(() => fairlead.ask<{ key: string }>('key-create', { workspace: 'other' }));

type Turn = { readonly key?: string; readonly session?: string; readonly first?: string; readonly provider?: unknown };

/** Who served it, and why that one stood first. */
async function turn({ key = fairlead.key, session, first = 'one', provider }: Turn) {
  const messages = [{ role: 'user', content: first }];
  const reply = await call({
    url: fairlead.url,
    key,
    path: '/api/v1/chat/completions',
    body: { model: 'm', messages, ...(session ? { session_id: session } : {}), ...(provider ? { provider } : {}) },
  });
  const { plan } = await fairlead.explain(generationOf(reply));
  return { at: reply.headers['x-fairlead-endpoint'], why: plan[0]?.why, planned: plan[0]?.endpoint };
}

test('a conversation stays, with a name or without one', async () => {
  for (const known of [{ session: 'alpha' }, { first: 'a long opening of its own' }]) {
    const { at, why } = await turn(known);
    assert.equal(why, 'drawn');
    for (let next = 0; next < 6; next += 1) assert.deepEqual(await turn(known), { at, why: 'affinity', planned: at });
  }
});

test('the same conversation of another workspace is another one', async () => {
  await turn({ session: 'shared' });

  assert.equal((await turn({ session: 'shared', key: other.key })).why, 'drawn');
  assert.equal((await turn({ session: 'shared' })).why, 'affinity');
});

test('an order of providers comes first, and whoever fails is left for who answered', async () => {
  const { at } = await turn({ session: 'beta' });
  const elsewhere = names.find((name) => `m@${name}` !== at) ?? '';

  const ordered = await turn({ session: 'beta', provider: { order: [elsewhere] } });
  assert.deepEqual([ordered.at, ordered.why], [`m@${elsewhere}`, 'asked']);
  assert.deepEqual(await turn({ session: 'beta' }), { at, why: 'affinity', planned: at }, 'it was not moved by that');

  broken = String(at).split('@')[1];
  const moved = await turn({ session: 'beta' });
  broken = undefined;
  assert.notEqual(moved.at, at);
  assert.equal((await turn({ session: 'beta' })).at, moved.at);
});
