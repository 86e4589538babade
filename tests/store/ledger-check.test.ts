import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { ask, begun, ended, granted, noon, onBoth, storeWith } from './store-under-test.ts';

onBoth('the books of ordinary days are right, and their transfers and generations are counted', async (t) => {
  const { store } = await storeWithBooks(t);

  assert.deepEqual(await store.postings.check(), { ok: true, transfers: 3, generations: 3, problems: [] });
});

onBoth('an entry cannot be changed or deleted, nor can a settlement or a dated price be changed', async (t) => {
  const { store, behind } = await storeWithBooks(t);
  const price = { rates: { input: 1n, output: 2n }, tiers: [] };
  await store.catalogue.datePrices([{ endpoint: 'm@u', price }], noon);

  for (const statement of [
    'update entry set amount = amount + 1',
    'delete from entry',
    'update transfer set amount = 1',
    'delete from transfer',
    'update settlement set payable = 0',
    'update settlement_loss set amount = 1',
    'update price_version set since = 2',
  ]) {
    await assert.rejects(behind.change(statement), /is never/, statement);
  }
});

// What somebody with the file in hand could do: each has to be found.
const tamperings: Readonly<Record<string, readonly [statement: string, found: RegExp]>> = {
  'an entry with another amount': [
    `update entry set amount = amount - 1 where account = 'revenue'`,
    /does not balance: its entries add up to -1/,
  ],
  'a whole transfer with other amounts': [
    `update entry set amount = amount * 2 where transfer = (select id from transfer where kind = 'charge')`,
    /Transfer tr_\w+ says 30, its entries move 60/,
  ],
  'a balance after an entry': [
    `update entry set balance_after = balance_after + 1 where sequence = 1`,
    /does not follow/,
  ],
  'a balance of an account': [`update account set balance = balance + 5 where id = 'revenue'`, /has the balance 35/],
  'a missing entry': [`delete from entry where account = 'revenue'`, /does not balance/],
  'a missing transfer': [`delete from transfer where kind = 'charge'`, /there is no such charge/],
  'a missing transfer with its entries': [
    `delete from entry where transfer = (select id from transfer where kind = 'charge');
     delete from transfer where kind = 'charge'`,
    /there is no such charge/,
  ],
  'a transfer that charges nobody': [
    `insert into transfer values ('tr_x', 'charge', 1, 'USD', 1, null);
     insert into entry (transfer, account, amount, balance_after) values ('tr_x', 'revenue', 1, 31), ('tr_x', 'clearing:manual', -1, -1001);
     update account set balance = balance + 1 where id = 'revenue';
     update account set balance = balance - 1 where id = 'clearing:manual'`,
    /Transfer tr_x charges 1, its settlements add up to 0/,
  ],
  'a settlement that pays less': [
    `update settlement set payable = 0, charge = 0, transfer = null where generation = 'gen-1'`,
    /its settlements add up to 20/,
  ],
  'a settlement with another charge': [
    `update settlement set charge = 11, payable = 11 where generation = 'gen-1'`,
    /gen-1 and its row in the usage log say different things/,
  ],
  'a settlement with other usage': [`update settlement set output = 6 where generation = 'gen-1'`, /different things/],
  'a settlement of another wallet': [
    `update settlement set wallet = 'wal_other' where generation = 'gen-1'`,
    /Settlements of wallet wal_other are paid by/,
  ],
  'a deleted settlement': [`delete from settlement where generation = 'gen-1'`, /gen-1 .* was never settled/],
  'a deleted row of the usage log': [
    `delete from generation where id = 'gen-1'`,
    /gen-1 is missing from the usage log/,
  ],
  'a loss with another amount': [`update settlement_loss set amount = 1`, /books a loss of 500/],
  'a deleted loss': [`delete from settlement_loss`, /neither its wallet nor a loss account bears/],
  'a loss on another account': [`update settlement_loss set account = 'loss:late'`, /does not book it/],
  'leased drift (I2)': [`update allowance_window set leased = leased + 1`, /says 471 is leased, .* 470 left/],
  'more spent and leased than the limit (I1)': [
    `update allowance_window set leased = leased + 900`,
    /has spent 30 and leased 1370 of 1000/,
  ],
  'a lease that posted more than it was granted (I3)': [
    `update lease set posted = granted + 1`,
    /Lease \S+ has posted 501 of 500/,
  ],
  'an open lease of an instance that is gone': [`update instance set state = 'left'`, /its instance g1 is gone/],
  'a wallet with more credit than was booked': [
    `update allowance set "limit" = "limit" + 1; update allowance_window set "limit" = "limit" + 1`,
    /has 971 left by its allowance and 970 by the books/,
  ],
};

for (const [what, [statement, found]] of Object.entries(tamperings)) {
  onBoth(`the ledger check finds ${what}`, async (t) => {
    const { store, behind } = await storeWithBooks(t);
    await behind.tamper(statement);

    const { ok, problems } = await store.postings.check();

    assert.equal(ok, false);
    assert.ok(
      problems.some((problem) => found.test(problem)),
      problems.join('\n'),
    );
  });
}

onBoth('after a limit was lowered, more than it may be spent and leased', async (t) => {
  const { store, behind } = await storeWithBooks(t);
  await behind.change(
    `insert into allowance (id, owner, workspace, unit, "window", "limit")
        select 'alw_1', 'workspace', id, 'nano-usd', 'all', 5 from workspace where name = 'default';
      insert into allowance_window (allowance, "window", "limit", spent, lowered_at) values ('alw_1', 'all', 5, 6, 1)`,
  );

  assert.equal((await store.postings.check()).ok, true);
});

/** A credit, two charged generations, one that crashed, a lease that is open. */
async function storeWithBooks(t: TestContext) {
  const under = await storeWith(t, 1_000n);
  const { store, wallet, workspace } = under;
  const { lease } = await granted(store, ask(wallet, { wanted: 500n }));
  const other = await store.accounts.createWorkspace({ name: 'other', creditNano: 0n, now: noon });
  assert.ok(other !== 'taken');
  await store.postings.post([ended(under, lease), ended(under, lease, { generation: 'gen-2', charge: '20' })], noon);
  await store.postings.postCrashed([{ begin: begun(under, lease), estimate: 1n }], noon);
  assert.equal((await store.accounts.wallet(workspace))?.balance, 970n);
  return under;
}
