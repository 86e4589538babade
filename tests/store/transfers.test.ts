import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { kindOfAccount } from '#core/ledger/account.ts';
import { lossOfShares, upstreamLoss, walletCharge, walletCredit } from '#core/ledger/known-transfers.ts';
import { transfer } from '#core/ledger/transfer.ts';

const amounts = fc.bigInt({ min: 1n, max: 10n ** 18n });
/** All of it is ours. */
const ours = (amount: bigint) => [{ amount, cost: 0n, payee: undefined }];
const entry = (account: string, amount: bigint) => ({ account, currency: 'USD', amount }) as const;

test('whatever is charged, credited or lost balances', () => {
  fc.assert(
    fc.property(amounts, (amount) => {
      for (const made of [
        walletCharge('w', ours(amount)),
        walletCredit('w', amount),
        upstreamLoss('loss:late', amount),
      ]) {
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
      const entries = [...amounts, last].map((amount, index) => entry(`clearing:a${index}`, amount));
      if (off === 0n) assert.equal(transfer('charge', entries).entries.length, entries.length);
      else assert.throws(() => transfer('charge', entries), /balances/);
    }),
  );
});

test('a transfer of nothing, of one side, or twice through one account is refused', () => {
  assert.throws(() => walletCharge('w', ours(0n)));
  assert.throws(() => walletCredit('w', -1n));
  assert.throws(() => transfer('charge', []));
  assert.throws(() => transfer('charge', [entry('fx:a', 1n), entry('fx:a', -1n)]));
  assert.throws(() => transfer('charge', [entry('fx:a', 1n), entry('fx:b', -1n), entry('fx:c', 0n)]));
});

test('a charge takes from the wallet and a credit gives to it', () => {
  const debited = walletCharge('wal_1', ours(5n)).entries.find(({ amount }) => amount < 0n);
  const credited = walletCredit('wal_1', 5n).entries.find(({ amount }) => amount > 0n);

  assert.equal(debited?.account, 'wallet:wal_1');
  assert.equal(credited?.account, 'wallet:wal_1');
});

const payees = fc.constantFrom(undefined, 'provider:openai', 'seller:acme');
const share = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.bigInt({ min: 0n, max: 1_000n }), payees)
  .map(([amount, part, payee]) => ({ amount, payee, cost: payee === undefined ? 0n : (amount * part) / 1_000n }));

test('a charge is split to the last nano between who answered and us', () => {
  fc.assert(
    fc.property(fc.array(share, { minLength: 1, maxLength: 20 }), (shares) => {
      for (const made of [walletCharge('w', shares), lossOfShares('loss:late', shares)]) {
        const credited = (account: string) => made.entries.find((each) => each.account === account)?.amount ?? 0n;
        const sum = (of: readonly { amount: bigint; cost: bigint }[], part: 'amount' | 'cost') =>
          of.reduce((total, each) => total + each[part], 0n);

        assert.equal(made.amount, sum(shares, 'amount'));
        for (const payee of ['provider:openai', 'seller:acme']) {
          const owed = shares.filter((each) => each.payee === payee);
          assert.equal(credited(`payable:${payee}`), sum(owed, 'cost'));
        }
        assert.equal(credited('revenue'), sum(shares, 'amount') - sum(shares, 'cost'));
      }
    }),
  );
});

test('a fee alone, owed to nobody, is revenue', () => {
  const entries = walletCharge('w', [{ amount: 7n, cost: 0n, payee: undefined }]).entries;

  assert.deepEqual(entries, [entry('wallet:w', -7n), entry('revenue', 7n)]);
});

test('a cost above its charge, or owed to nobody, is no share', () => {
  assert.throws(() => walletCharge('w', [{ amount: 5n, cost: 6n, payee: 'provider:a' }]));
  assert.throws(() => walletCharge('w', [{ amount: 5n, cost: 1n, payee: undefined }]));
});

test('an account is named in ids and closed words', () => {
  for (const name of ['wallet:wal_1', 'payable:provider:my-openai', 'clearing:stripe', 'loss:late', 'hold:bat_1']) {
    assert.ok(kindOfAccount(name), name);
  }
  for (const name of ['', 'wallets', 'payable:', 'payable:a b', 'mine:x', 'payable:Jane Doe']) {
    assert.equal(kindOfAccount(name), undefined, name);
  }
});
