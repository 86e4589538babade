import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { LeaseBook } from '#gateway/admit/lease-book.ts';
import { KeeperLink } from '#gateway/keeper-link.ts';
import { runningKeeper, TestPeer } from '../keeper/keeper-under-test.ts';

const cent = 10_000_000n;

test('a grant whose answer was lost is found by the next want: no money is out of reach', async (t) => {
  const { dataDir, socketPath } = await runningKeeper(t);
  const people = await TestPeer.hello(t, socketPath, 'people', 'command');
  await people.command('workspace-create', { name: 'dollar', credit_usd: '1.00' });
  const wallet = walletOf(dataDir);
  const needs = [{ allowance: wallet, amount: cent }];
  const wire = await lossyWire(t, socketPath);
  const leases = await openLeases(t, wire.path);

  wire.loseAnswers(true);
  const [lost] = await Promise.all(Array.from({ length: 100 }, () => leases.refill(needs)));
  wire.loseAnswers(false);
  const found = await leases.refill(needs);

  assert.equal(lost?.kind, 'silent');
  assert.equal(found.kind, 'granted');
  assert.equal(leases.leases.get(wallet)?.granted, leasedOf(dataDir, wallet));
});

/** A socket before the keeper's that can lose what the keeper says. */
async function lossyWire(t: TestContext, keeperSocket: string) {
  let loses = false;
  const path = join(keeperSocket, '..', 'lossy.sock');
  const server = createServer((gateway) => {
    const keeper = connect(keeperSocket);
    gateway.pipe(keeper);
    keeper.on('data', (bytes) => {
      if (!loses) gateway.write(bytes);
    });
    for (const socket of [gateway, keeper]) {
      socket.on('error', () => {});
      t.after(() => socket.destroy());
    }
  });
  t.after(() => server.close());
  await once(server.listen(path), 'listening');
  return {
    path,
    loseAnswers(does: boolean) {
      loses = does;
    },
  };
}

async function openLeases(t: TestContext, path: string): Promise<LeaseBook> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const nothing = () => {};
  const news = {
    welcome: () => resolve(),
    changed: nothing,
    snapshot: nothing,
    recall: nothing,
    hints: nothing,
    fenced: nothing,
  };
  const link = new KeeperLink({ path, instance: 'g-lossy', news, log: nothing });
  const leases = new LeaseBook({ link, instance: 'g-lossy' });
  t.after(() => {
    leases.close();
    link.close();
  });
  link.start();
  await promise;
  return leases;
}

function walletOf(dataDir: string): string {
  return String(firstOf(dataDir, `select wallet as value from workspace where name = 'dollar'`));
}

function leasedOf(dataDir: string, wallet: string): bigint {
  return BigInt(firstOf(dataDir, `select leased as value from allowance_window where allowance = '${wallet}'`));
}

function firstOf(dataDir: string, sql: string): string | number {
  const database = new DatabaseSync(join(dataDir, 'main.db'), { readOnly: true });
  const { value } = database.prepare(sql).get() ?? {};
  database.close();
  assert.ok(typeof value === 'string' || typeof value === 'number');
  return value;
}
