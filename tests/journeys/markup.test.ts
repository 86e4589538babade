// What is put on top of prices, from the rule to the cent: what is shown, held, charged, owed and ours.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, generationOf } from './caller.ts';
import { eventually, runFairlead, toNano } from './running-fairlead.ts';
import { startUpstream } from './scripted-upstream.ts';

const upstream = await startUpstream({ after }, ({ response }) => {
  const usage = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };
  const choice = { index: 0, message: { role: 'assistant', content: 'x'.repeat(400) }, finish_reason: 'stop' };
  const whole = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [choice], usage };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole));
});

const config = `
upstreams:
  acme: { base_url: ${upstream.url}, data: { trains: false }, seller: acme, models: { m: { as: own/m, price: { input: 2, output: 10 } } } }
  mine: { base_url: ${upstream.url}, type: self_hosted, models: { m: { as: own/n, price: { input: 2, output: 10 } } } }
markup:
  - { percent: 20 }
  - { percent: 5, workspace: friends }
`;
const fairlead = await runFairlead({ after }, { config });
const messages = [{ role: 'user', content: 'x'.repeat(4_000) }];

type Told = {
  readonly charge_usd: string;
  readonly markup_percent: string;
  readonly charge_lines: readonly { readonly unit: string; readonly count: number; readonly amount_usd: string }[];
  readonly split: { readonly payee: string | null; readonly payable_usd: string; readonly revenue_usd: string };
};

async function generate(model: string, key = fairlead.key): Promise<Told> {
  const answer = await call({ ...fairlead, key, body: { model, messages, max_tokens: 200 } });
  assert.equal(answer.status, 200);
  return (await fairlead.explain(generationOf(answer))) as unknown as Told;
}

/** 1,000 × $2 + 100 × $10 per million, and a fifth more. */
test('a customer pays the cost and the markup; who answered is owed the cost', async () => {
  const told = await generate('own/m');

  assert.equal(told.charge_usd, '0.003600000');
  assert.equal(told.markup_percent, '20');
  assert.deepEqual(told.split, { payee: 'seller:acme', payable_usd: '0.003000000', revenue_usd: '0.000600000' });
  assert.deepEqual(
    told.charge_lines.map(({ unit, count, amount_usd }) => [unit, count, amount_usd]),
    [
      ['input', 1_000, '0.0024'],
      ['output', 100, '0.0012'],
    ],
  );
});

test('what our own machines answered is all ours', async () => {
  const told = await generate('own/n');

  assert.equal(told.charge_usd, '0.003600000');
  assert.deepEqual(told.split, { payee: null, payable_usd: '0.000000000', revenue_usd: '0.003600000' });
});

test('a workspace that is made later gets the price that the file gives it, and sees it', async () => {
  await fairlead.ask('workspace-create', { name: 'friends', credit_usd: '1.00' });
  const { key } = await fairlead.ask<{ key: string }>('key-create', { workspace: 'friends' });

  await eventually(async () => assert.equal((await generate('own/m', key)).charge_usd, '0.003150000'));

  const shown = async (of: string) => {
    const reply = await fetch(`${fairlead.url}/api/v1/models`, { headers: { authorization: `Bearer ${of}` } });
    const { data } = (await reply.json()) as { data: readonly { id: string; pricing: { prompt: string } }[] };
    return data.find(({ id }) => id === 'own/m')?.pricing.prompt;
  };
  assert.equal(await shown(key), '0.0000021');
  assert.equal(await shown(fairlead.key), '0.0000024');
});

test('a rule that is set while it runs holds within a second, and the next price version pins it', async () => {
  const before = await fairlead.explain(generationOf(await call({ ...fairlead, body: { model: 'own/m', messages } })));
  await fairlead.ask('markup-set', { percent: '12.5', model: 'own/m' });

  const told = await eventually(async () => {
    const now = await generate('own/m');
    assert.equal(now.markup_percent, '12.5');
    return now;
  });

  assert.equal(told.charge_usd, '0.003375000');
  assert.equal(before.charge_usd, '0.003600000');
  await fairlead.ask('markup-remove', { model: 'own/m' });
  await eventually(async () => assert.equal((await generate('own/m')).charge_usd, '0.003600000'));
});

test('what the file says is not set against', async () => {
  await assert.rejects(fairlead.ask('markup-set', { percent: '1' }));
});

test('every nano-dollar of it stands in the books', async () => {
  await fairlead.settledWallet();
  const accounts = await fairlead.ask<readonly { id: string; balance: string }[]>('ledger-accounts');
  const balanceOf = (id: string) => toNano(accounts.find((each) => each.id === id)?.balance ?? '0.0');
  const charged = accounts
    .filter(({ id }) => id.startsWith('wallet:'))
    .reduce((sum, { balance }) => sum + toNano(balance), 0n);

  assert.ok(balanceOf('payable:seller:acme') > 0n);
  assert.equal(-balanceOf('clearing:manual'), charged + balanceOf('payable:seller:acme') + balanceOf('revenue'));
  assert.equal((await fairlead.ask<{ ok: boolean }>('ledger-check')).ok, true);
  assert.equal((await fairlead.ask<{ ok: boolean }>('ledger-trial-balance')).ok, true);
});
