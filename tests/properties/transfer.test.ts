// Transfers balance in one currency, or they are none; the known ones move an amount between the two accounts they name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { manualClearingAccount, revenueAccount, upstreamsPayableAccount, walletAccount } from '#core/ledger/account.ts';
import { upstreamLoss, walletCharge, walletCredit } from '#core/ledger/known-transfers.ts';
import { type Entry, transfer } from '#core/ledger/transfer.ts';

const amount = fc.bigInt({ min: -1_000n, max: 1_000n });
const entry: fc.Arbitrary<Entry> = fc.record({
  account: fc.constantFrom('fx:a', 'fx:b', 'fx:c', 'fx:d', 'fx:e'),
  currency: fc.constant('USD' as const),
  amount,
});

function isBalanced(entries: readonly Entry[]): boolean {
  const accounts = new Set(entries.map(({ account }) => account));
  const sum = entries.reduce((total, each) => total + each.amount, 0n);
  return (
    entries.length >= 2 && accounts.size === entries.length && entries.every((each) => each.amount !== 0n) && sum === 0n
  );
}

test('what balances is booked with the sum of its credits; what does not is no transfer', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), fc.boolean(), (given, completes) => {
      const rest = -given.reduce((total, each) => total + each.amount, 0n);
      const entries = completes ? [...given, { account: 'fx:f', currency: 'USD' as const, amount: rest }] : given;
      if (!isBalanced(entries)) return void assert.throws(() => transfer('charge', entries), /transfer|entry/);

      const made = transfer('charge', entries);

      const credits = entries.map((each) => each.amount).filter((each) => each > 0n);
      const expected = credits.reduce((sum, each) => sum + each, 0n);
      assert.deepEqual(made, { kind: 'charge', currency: 'USD', amount: expected, entries });
    }),
    { numRuns: 2_000 },
  );
});

test('each refusal says what is wrong', () => {
  const [one, other]: readonly Entry[] = [
    { account: 'fx:a', currency: 'USD', amount: -5n },
    { account: 'fx:b', currency: 'USD', amount: 5n },
  ];
  assert.ok(one && other);
  // Another currency than the type has: what a store or an older version may bring.
  const foreign = { ...other, currency: 'EUR' } as unknown as Entry;

  assert.throws(() => transfer('loss', []), { message: 'a transfer has two sides' });
  assert.throws(() => transfer('loss', [one]), { message: 'a transfer has two sides' });
  assert.throws(() => transfer('loss', [one, foreign]), { message: 'a transfer has one currency' });
  assert.throws(() => transfer('loss', [one, { ...other, amount: 0n }]), { message: 'an entry moves something' });
  assert.throws(() => transfer('loss', [one, { ...other, account: 'fx:a' }]), {
    message: 'an account stands in a transfer once',
  });
  assert.throws(() => transfer('loss', [one, { ...other, amount: 7n }]), {
    message: 'a transfer balances: this one is 2 off',
  });
});

/** All of it is ours. */
const ours = (amount: bigint) => [{ amount, cost: 0n, payee: undefined }];

test('the known transfers take from one account and give to the other', () => {
  const moves = [
    ['charge', walletCharge('w1', ours(7n)), walletAccount('w1'), revenueAccount],
    ['credit', walletCredit('w1', 7n), manualClearingAccount, walletAccount('w1')],
    ['loss', upstreamLoss('loss:late', 7n), 'loss:late', upstreamsPayableAccount],
  ] as const;
  for (const [kind, made, from, to] of moves) {
    assert.deepEqual(made, {
      ...{ kind, currency: 'USD', amount: 7n },
      entries: [
        { account: from, currency: 'USD', amount: -7n },
        { account: to, currency: 'USD', amount: 7n },
      ],
    });
  }
  assert.deepEqual(
    [walletAccount('w1'), revenueAccount, manualClearingAccount, upstreamsPayableAccount],
    ['wallet:w1', 'revenue', 'clearing:manual', 'payable:upstreams'],
  );
  for (const nothing of [0n, -1n]) {
    assert.throws(() => walletCharge('w1', ours(nothing)), { message: 'a transfer moves more than nothing' });
  }
});
