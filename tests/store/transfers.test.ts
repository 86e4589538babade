import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { upstreamLoss, walletCharge, walletCredit } from '#core/ledger/known-transfers.ts';
import { transfer } from '#core/ledger/transfer.ts';

const amounts = fc.bigInt({ min: 1n, max: 10n ** 18n });
const entry = (account: string, amount: bigint) => ({ account, currency: 'USD', amount }) as const;

test('whatever is charged, credited or lost balances', () => {
  fc.assert(
    fc.property(amounts, (amount) => {
      for (const made of [walletCharge('w', amount), walletCredit('w', amount), upstreamLoss('loss:late', amount)]) {
        assert.equal(made.amount, amount);
        assert.equal(
          made.entries.reduce((sum, each) => sum + each.amount, 0n),
          0n,
        );
      }
    }),
  );
});

test('entries become a transfer if and only if they balance', () => {
  const parts = fc.array(
    fc.bigInt({ min: -1_000n, max: 1_000n }).filter((amount) => amount !== 0n),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(parts, fc.bigInt({ min: -2n, max: 2n }), (amounts, off) => {
      const last = off - amounts.reduce((sum, amount) => sum + amount, 0n);
      fc.pre(last !== 0n);
      const entries = [...amounts, last].map((amount, index) => entry(`a${index}`, amount));
      if (off === 0n) assert.equal(transfer('charge', entries).entries.length, entries.length);
      else assert.throws(() => transfer('charge', entries), /balances/);
    }),
  );
});

test('a transfer of nothing, of one side, or twice through one account is refused', () => {
  assert.throws(() => walletCharge('w', 0n));
  assert.throws(() => walletCredit('w', -1n));
  assert.throws(() => transfer('charge', []));
  assert.throws(() => transfer('charge', [entry('a', 1n), entry('a', -1n)]));
  assert.throws(() => transfer('charge', [entry('a', 1n), entry('b', -1n), entry('c', 0n)]));
});

test('a charge takes from the wallet and a credit gives to it', () => {
  const debited = walletCharge('wal_1', 5n).entries.find(({ amount }) => amount < 0n);
  const credited = walletCredit('wal_1', 5n).entries.find(({ amount }) => amount > 0n);

  assert.equal(debited?.account, 'wallet:wal_1');
  assert.equal(credited?.account, 'wallet:wal_1');
});
