// A token that a wallet holds becomes daily limits: a node of the test's own speaks JSON-RPC with the real encodings.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { decodeFunctionData, encodeAbiParameters, parseAbi } from 'viem/utils';
import { backedBy } from '#core/allowance/wallet-backed.ts';
import { setUp } from '../journeys/browser.ts';
import { ask, call } from '../journeys/caller.ts';
import { eventually, runFairlead } from '../journeys/running-fairlead.ts';

const wallet = privateKeyToAccount(generatePrivateKey());
const token = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const abi = parseAbi(['function balanceOf(address owner) view returns (uint256)']);
const node = {
  balance: 6n * 10n ** 18n,
  chain: '0x2105',
  answer: 'balance' as 'balance' | 'garbage' | 'nothing',
  asked: 0,
};
const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (piece: string) => {
    body += piece;
  });
  request.on('end', () => {
    const { id, method, params } = JSON.parse(body) as {
      id: number;
      method: string;
      params: { to: string; data: string }[];
    };
    const say = (result: unknown) => response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    if (method === 'eth_chainId') return say(node.chain);
    node.asked += 1;
    const [{ to, data } = { to: '', data: '' }] = params;
    const { args } = decodeFunctionData({ abi, data: data as `0x${string}` });
    const isRight =
      to.toLowerCase() === token.toLowerCase() && String(args?.[0]).toLowerCase() === wallet.address.toLowerCase();
    if (node.answer === 'garbage') return response.end('<html>');
    if (node.answer === 'nothing') return say('0x');
    say(encodeAbiParameters([{ type: 'uint256' }], [isRight ? node.balance : 0n]));
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => server.close());
const config = `wallet_rule:
  rpc: "http://127.0.0.1:${(server.address() as AddressInfo).port}"
  chain_id: 8453
  token: "${token}"
  requests_per_token: 0.5
  usd_per_token: "0.002"
  usd_max: 50
`;
const fairlead = await runFairlead({ after }, { config });
const owner = await setUp(fairlead);
type Shown = {
  data: { wallet: { balance: string; requests: number; usd: string; stale: boolean; read_at: string } | null };
};
const me = (await owner.visit('/api/v1/me')).json<{ workspaces: { id: string }[] }>();
const headers = { 'x-fairlead-workspace': me.workspaces[0]?.id ?? '' };
const shown = async () => (await owner.visit('/api/v1/wallet-rule', { headers })).json<Shown>().data.wallet;

test('a balance is worth whole requests and nano-dollars, rounded down, up to the most, and more is never worth less', () => {
  const rule = {
    decimals: 18,
    microRequestsPerToken: 500_000n,
    nanoPerToken: 2_000_000n,
    requestsMax: 40n,
    nanoMax: 1_000_000_000n,
  };
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
      fc.bigInt({ min: 0n, max: 10n ** 24n }),
      (balance, more) => {
        const [less, greater] = [backedBy(balance, rule), backedBy(balance + more, rule)];
        assert.ok(less.requests <= greater.requests && less.nano <= greater.nano);
        assert.ok(less.requests <= 40n && less.nano <= 1_000_000_000n);
        assert.ok(less.requests * 2n * 10n ** 18n <= balance || balance === 0n || less.requests === 0n);
      },
    ),
  );
  assert.deepEqual(backedBy(10n ** 18n - 1n, rule), { requests: 0n, nano: 1_999_999n });
});

test('a proven wallet sets both daily limits, and requests beyond them are refused', async () => {
  const begun = await owner.post('/api/v1/sign-ins/wallet/begin', { address: wallet.address, chain_id: 8453 });
  const { message } = begun.json<{ data: { message: string } }>().data;
  await owner.post('/api/v1/sign-ins/wallet', { message, signature: await wallet.signMessage({ message }) });
  const [{ id } = { id: '' }] = (await owner.visit('/api/v1/sign-ins')).json<{ data: { id: string }[] }>().data;
  assert.equal((await owner.post('/api/v1/wallet-rule', { sign_in: 'si_of_somebody' })).status, 409);
  const chosen = await owner.post('/api/v1/wallet-rule', { sign_in: id });
  assert.equal(chosen.status, 200, chosen.text);

  const now = await shown();
  assert.deepEqual([now?.balance, now?.requests, now?.usd, now?.stale], ['6', 3, '0.012000000', false]);
  assert.ok(Math.abs(Date.now() - Date.parse(now?.read_at ?? '')) < 60_000);
  const limits = await fairlead.ask<{ unit: string; limit: unknown; reset: string }[]>('limit-list', {
    workspace: 'default',
  });
  assert.deepEqual(limits.map(({ unit, reset }) => `${unit} ${reset}`).sort(), ['requests daily', 'usd daily']);
  const { url, key } = fairlead;
  await eventually(async () => {
    const statuses = await Promise.all(Array.from({ length: 4 }, () => call({ url, key, body: ask('sandbox/echo') })));
    assert.ok(statuses.some(({ status }) => status === 429));
  });
});

test('the operator sees the rule and what each workspace gets by it, and neither the node nor whose wallet it is', async () => {
  const page = await owner.visit('/api/v1/operator/wallet-rule');

  const { rule, workspaces } = page.json<{
    data: { rule: Record<string, unknown>; workspaces: readonly Record<string, unknown>[] };
  }>().data;
  assert.deepEqual(
    [rule.chain_id, rule.token, rule.requests_per_token, rule.usd_per_token, rule.usd_max, rule.stale_hours],
    [8453, token, 0.5, '0.002000000', '50.000000000', 24],
  );
  const { read_at: at, ...rest } = workspaces[0] ?? {};
  assert.equal(workspaces.length, 1);
  assert.deepEqual(rest, {
    ...{ id: headers['x-fairlead-workspace'], name: 'default', balance: '6' },
    ...{ requests: 3, usd: '0.012000000', stale: false },
  });
  assert.ok(typeof at === 'string');
  assert.ok(!page.text.toLowerCase().includes(wallet.address.toLowerCase()) && !page.text.includes('127.0.0.1'));
  const letters = (await owner.visit('/api/v1/operator/outbox')).json<{ data: { subject: string }[] }>().data;
  assert.ok(letters.some(({ subject }) => subject === 'A wallet was added to your account'));
});

test('a node that lies of its chain, says nothing or garbage, changes nothing of what was read', async () => {
  const before = await shown();
  for (const [chain, answer] of [
    ['0x1', 'balance'],
    ['0x2105', 'nothing'],
    ['0x2105', 'garbage'],
  ] as const) {
    Object.assign(node, { chain, answer, balance: 10n ** 21n });
    // Chosen again it is read again.
    await owner.post('/api/v1/wallet-rule', {
      sign_in: (await owner.visit('/api/v1/sign-ins')).json<{ data: { id: string }[] }>().data[0]?.id,
    });
    const now = await shown();
    assert.deepEqual(now, before, `${chain} ${answer}`);
  }
  Object.assign(node, { chain: '0x2105', answer: 'balance' });
  assert.ok(node.asked > 0);
});

test('a balance counts once: the wallet of one workspace backs no other', async () => {
  const made = await owner.post('/api/v1/workspaces', { name: 'second' });
  const { id } = made.json<{ data: { id: string } }>().data;
  const [first] = (await owner.visit('/api/v1/sign-ins')).json<{ data: { id: string }[] }>().data;
  const twice = await owner.post('/api/v1/wallet-rule', { sign_in: first?.id }, { 'x-fairlead-workspace': id });
  assert.equal(twice.status, 409, twice.text);
});

test('taken away it is worth nothing: both limits are nought', async () => {
  assert.equal((await owner.visit('/api/v1/wallet-rule', { method: 'DELETE', headers })).status, 200);
  assert.equal(await shown(), null);
  const { url, key } = fairlead;
  await eventually(async () => assert.equal((await call({ url, key, body: ask('sandbox/echo') })).status, 429));
});
