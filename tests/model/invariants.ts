import assert from 'node:assert/strict';
import type { World } from './world.ts';

type Row = Readonly<Record<string, unknown>>;

const nano = (row: Row, name: string) => BigInt(row[name] as bigint);

/** I1 to I4 of MONEY §2, by hand: nothing here leans on what the product says of itself. */
export async function assertInvariants(world: World): Promise<void> {
  const { database } = world.memory;
  const windows = await database.all(
    'select allowance, "window", "limit", spent, leased, lowered_at from allowance_window',
  );
  const leases = await database.all('select id, instance, allowance, "window", granted, posted, state from lease');
  const left = new Map<string, bigint>();
  const granted = new Map<string, bigint>();
  for (const lease of leases) {
    assert.ok(nano(lease, 'posted') >= 0n && nano(lease, 'posted') <= nano(lease, 'granted'), `I3: ${lease.id}`);
    granted.set(String(lease.id), nano(lease, 'granted'));
    if (lease.state !== 'open') continue;
    const window = `${lease.allowance} ${lease.window}`;
    left.set(window, (left.get(window) ?? 0n) + nano(lease, 'granted') - nano(lease, 'posted'));
  }
  for (const row of windows) {
    const window = `${row.allowance} ${row.window}`;
    const used = nano(row, 'spent') + nano(row, 'leased');
    assert.ok(row.lowered_at !== null || used <= nano(row, 'limit'), `I1: ${window} has ${used} of ${row.limit}`);
    assert.equal(nano(row, 'leased'), left.get(window) ?? 0n, `I2: ${window}`);
  }
  for (const gateway of world.gateways) {
    if (world.released.has(gateway.instance)) continue;
    for (const lease of gateway.book.leases.values()) {
      assert.ok(lease.held + lease.charged <= lease.granted, `I4 in ${gateway.instance}: ${lease.id}`);
    }
    for (const lease of leases) {
      if (lease.instance !== gateway.instance) continue;
      const used = gateway.usedOf(String(lease.id));
      assert.ok(used <= (granted.get(String(lease.id)) ?? 0n), `I4: ${lease.id} has ${lease.granted}, ${used} is used`);
    }
  }
}

/** What is true when everything has ended. */
export async function assertSettled(world: World): Promise<void> {
  const { database, store } = world.memory;
  assert.deepEqual(await database.all(`select id from lease where state = 'open'`), []);
  assert.deepEqual(await database.all('select allowance, leased from allowance_window where leased <> 0'), []);
  const rows = await database.all('select generation, charge, payable, state from settlement');
  const settled = new Map(rows.map((row) => [String(row.generation), row]));
  assert.equal(settled.size, rows.length);
  let paid = 0n;
  for (const row of rows) paid += nano(row, 'payable');
  const lost = new Set(world.left.map(({ instance }) => instance));
  for (const [instance, { begins, ends }] of world.journals) {
    const charges = new Map(ends.map(({ generation, charge }) => [generation, BigInt(charge)]));
    for (const [generation] of begins)
      assertOne(settled.get(generation), { generation, charge: charges.get(generation) });
    for (const row of rows) {
      if (!String(row.generation).startsWith(`${instance}:`) || row.state !== 'settled') continue;
      const isAll = nano(row, 'payable') === nano(row, 'charge');
      // I5: only where the instance was given up before can a charge come too late.
      assert.ok(isAll || (nano(row, 'payable') === 0n && world.released.has(instance)), `I5: ${row.generation}`);
    }
  }

  function assertOne(
    row: Row | undefined,
    of: { readonly generation: string; readonly charge: bigint | undefined },
  ): void {
    const isLost = lost.has(of.generation.split(':')[0] ?? '');
    assert.ok(row || isLost, `${of.generation} is in no book`);
    if (!row) return;
    assert.equal(row.state, of.charge === undefined ? 'released' : 'settled', of.generation);
    assert.equal(nano(row, 'charge'), of.charge ?? 0n, of.generation);
  }

  const wallet = await store.accounts.wallet(world.workspace);
  assert.equal(wallet?.spent, paid);
  assert.equal(wallet.balance, world.credited - paid);
  assert.ok(wallet.balance >= 0n, 'a wallet is overspent');
  assert.deepEqual((await store.postings.check()).problems, []);
}
