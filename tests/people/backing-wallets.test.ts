// Wallets that back daily limits: one that cannot be read holds no other up, and one that is taken away is worth nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackingWallets } from '#console/identity/backing-wallets.ts';
import { openPeople } from '#store/people/people-store.ts';
import { startUpstream } from '../journeys/scripted-upstream.ts';
import { freshDataDir } from '../store/store-under-test.ts';

const address = `0x${'ab'.repeat(20)}`;

test('a wallet whose reading goes wrong leaves no other unread; one that signs in no more limits to nothing', async (t) => {
  const node = await startUpstream(t, ({ response, body }) => {
    const { method } = JSON.parse(body.toString()) as { method: string };
    const result = method === 'eth_chainId' ? '0x1' : `0x${(5n * 10n ** 18n).toString(16).padStart(64, '0')}`;
    response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result }));
  });
  const store = await openPeople({ dataDir: freshDataDir(t), databaseUrl: undefined });
  t.after(() => store.close());
  for (const { workspace, person } of [
    { workspace: 'ws_1', person: 'broken' },
    { workspace: 'ws_2', person: 'well' },
  ]) {
    const sealed = { email_hash: person, email: '', name: '', created_at: 0, changed_at: 0 };
    await store.add('person', { id: person, actor: person, ...sealed });
    const unread = { balance: null, read_at: null, tried_at: 0 };
    await store.add('backing_wallet', { workspace, person, sign_in: `si_${person}`, ...unread });
  }
  const limits: Readonly<Record<string, unknown>>[] = [];
  const backing = new BackingWallets({
    rule: {
      ...{ rpc: node.url, chainId: 1, token: address, decimals: 18, refreshMs: 60_000, staleMs: 600_000 },
      ...{ microRequestsPerToken: 10_000_000n, nanoPerToken: 1_000n, requestsMax: 1_000n, nanoMax: 1_000_000n },
    },
    store: async () => store,
    signIns: {
      async list(person) {
        if (person === 'broken') throw new Error('its key is damaged');
        return [{ id: `si_${person}`, provider: 'wallet', label: address, createdAt: 0 }];
      },
    },
    command: async (_, args) => {
      limits.push({ ...(typeof args === 'object' ? args : {}) });
      return { value: {} };
    },
    now: () => 1_000_000,
  });

  await backing.refresh();

  assert.deepEqual(
    limits.map(({ workspace }) => workspace),
    ['ws_2', 'ws_2'],
  );
  await backing.unlinkSignIn('si_well');
  const last = JSON.stringify(limits.slice(-2));
  assert.match(last, /"requests":"0"/);
  assert.equal(await backing.unlink('ws_2'), false, 'it backs nothing any more');
});
