// `hold: staged`: a stream holds little at first, more as it comes, and ends where nobody can pay for more.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, generationOf } from './caller.ts';
import { eventually, runFairlead, toNano } from './running-fairlead.ts';
import { sse, startUpstream } from './scripted-upstream.ts';

const words = 1_000;
/** A thousand tokens of four bytes each. */
const piece = 'abc '.repeat(words);

/** As many thousand tokens as the model's name says; with usage at the end. */
const upstream = await startUpstream({ after }, async ({ body, response }) => {
  const { model, messages } = JSON.parse(body.toString());
  const thousands = Number(/\d+/.exec(model)?.[0]);
  response.writeHead(200, sse);
  const about = { id: 'c', object: 'chat.completion.chunk', created: 1, model };
  const say = (value: object) => response.write(`data: ${JSON.stringify({ ...about, ...value })}\n\n`);
  for (let n = 0; n < thousands; n += 1) {
    if (!say({ choices: [{ index: 0, delta: { content: piece }, finish_reason: null }] })) {
      await new Promise((resolve) => response.once('drain', resolve));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  const input = messages[0].content.length / 4;
  say({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  say({ choices: [], usage: { prompt_tokens: input, completion_tokens: thousands * words, total_tokens: 0 } });
  response.end('data: [DONE]\n\n');
});

const models = [2, 12, 60].map((n) => `m${n}: { as: own/m${n}, price: { input: 0, output: 1 } }`).join(', ');
const config = `
models: { own/m2: { max_output: 64000 }, own/m12: { max_output: 64000 }, own/m60: { max_output: 64000 } }
upstreams: { own: { base_url: ${upstream.url}, type: self_hosted, models: { ${models} } } }
`;
const fairlead = await runFairlead({ after }, { config });
const messages = [{ role: 'user', content: 'four' }];
let made = 0;

/** A dollar a million tokens: a token is a thousand nano-dollars. */
async function customer(credit: string, hold: 'staged' | 'whole') {
  const { id } = await fairlead.ask<{ id: string }>('workspace-create', { name: `c${++made}`, credit_usd: credit });
  const { id: keyId, key } = await fairlead.ask<{ id: string; key: string }>('key-create', { workspace: id });
  await fairlead.ask('key-set', { id: keyId, settings: [`hold=${hold}`] });
  return {
    key,
    wallet: async () =>
      toNano((await fairlead.ask<{ balance_usd: string }>('wallet-show', { workspace: id })).balance_usd),
  };
}

const generate = (key: string, model: string) =>
  call({ url: fairlead.url, key, headers: { 'x-fairlead-clamp': 'off' }, body: { model, messages, stream: true } });

test('a wallet that cannot cover the longest answer serves a short one, and pays what it used', async () => {
  const whole = await customer('0.010000000', 'whole');
  assert.equal((await generate(whole.key, 'own/m2')).status, 402);

  const { key, wallet } = await customer('0.010000000', 'staged');
  const reply = await generate(key, 'own/m2');

  assert.equal(reply.status, 200);
  const told = await fairlead.explain(generationOf(reply));
  assert.deepEqual([told.end_reason, told.charge_usd], ['completed', '0.002000000']);
  await eventually(async () => assert.equal(await wallet(), 8_000_000n));
});

test('a long answer is held for as it comes, and charged exactly', async () => {
  const { key, wallet } = await customer('0.050000000', 'staged');

  const reply = await generate(key, 'own/m12');

  const told = await fairlead.explain(generationOf(reply));
  assert.deepEqual([told.end_reason, told.charge_usd], ['completed', '0.012000000']);
  assert.ok(toNano(told.hold_usd) >= 12_000_000n && toNano(told.hold_usd) <= 50_000_000n, told.hold_usd);
  await eventually(async () => assert.equal(await wallet(), 38_000_000n));
});

test('where nobody can pay for more the stream ends in its dialect, and what came is paid, within the wallet', async () => {
  const { key, wallet } = await customer('0.020000000', 'staged');

  const reply = await generate(key, 'own/m60');
  const text = reply.body.toString();

  assert.equal(reply.status, 200);
  assert.match(text, /insufficient_credits/);
  assert.doesNotMatch(text, /"completion_tokens":60000/);
  const told = await fairlead.explain(generationOf(reply));
  assert.equal(told.end_reason, 'wallet_empty');
  const charge = toNano(told.charge_usd);
  // Two bytes a token are held for, and four came: about half of the wallet is used when all of it is held.
  assert.ok(charge >= 7_000_000n && charge <= 20_000_000n, told.charge_usd);
  await eventually(async () => assert.equal(await wallet(), 20_000_000n - charge));
});

test('twenty at once never spend more than there is', async () => {
  const { key, wallet } = await customer('0.100000000', 'staged');

  const replies = await Promise.all(Array.from({ length: 20 }, () => generate(key, 'own/m12')));

  assert.ok(replies.some(({ status }) => status === 200));
  await eventually(async () => {
    const { held_usd } = await fairlead.ask<{ held_usd: string }>('wallet-show', { workspace: `c${made}` });
    assert.equal(held_usd, '0.000000000');
  });
  assert.ok((await wallet()) >= 0n);
  const { problems } = await fairlead.ask<{ problems?: readonly string[] }>('ledger-check');
  assert.deepEqual(problems ?? [], []);
});
