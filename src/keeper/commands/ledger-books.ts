import { accountKinds, type Currency } from '#core/ledger/account.ts';
import { formatUsd } from '#core/money/nano.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

const rowsMax = 10_000;
const rowsOtherwise = 100;

/** Every account with its balance. A credit is positive: what we owe, and what we earned. */
export async function listAccounts({ store }: CommandContext, given: unknown) {
  const kind = new Arguments(given).optionalChoice('kind', 'which kind of account', accountKinds);
  return (await store.books.accounts(kind)).map(({ id, kind: of, currency, exponent, balance }) => ({
    id,
    kind: of,
    currency,
    balance: toAmount(balance, currency, exponent),
  }));
}

/** The entries of one account, the newest first. */
export async function showStatement({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const account = args.text('account', 'which account, as in revenue');
  const [found] = (await store.books.accounts()).filter(({ id }) => id === account);
  const rows = await store.books.statement({
    account,
    from: args.optionalInstant('from', 'from when') ?? 0,
    until: args.optionalInstant('until', 'until when') ?? now() + 1,
    before: args.optionalCount('before', 'before which entry'),
    limit: Math.min(rowsMax, args.optionalCount('limit', 'how many entries') ?? rowsOtherwise),
  });
  if (!rows || !found) throw new Refused(`There is no account "${account}". "fairlead ledger accounts" shows them.`);
  const { currency, exponent } = found;
  return rows.map((row) => ({
    entry: row.sequence,
    at: new Date(row.at).toISOString(),
    transfer: row.transfer,
    kind: row.kind,
    reference: row.reference,
    amount: toAmount(row.amount, currency, exponent),
    balance: toAmount(row.balanceAfter, currency, exponent),
  }));
}

/** Both sides of the books, by kind of account; they are equal in each currency, or something is very wrong. */
export async function showTrialBalance({ store }: CommandContext) {
  const rows = await store.books.trialBalance();
  const exponents = new Map((await store.books.accounts()).map(({ currency, exponent }) => [currency, exponent]));
  const show = (amount: bigint, currency: Currency) => toAmount(amount, currency, exponents.get(currency) ?? 9);
  const currencies = [...new Set(rows.map(({ currency }) => currency))];
  const totals = currencies.map((currency) => {
    const of = rows.filter((row) => row.currency === currency);
    const sum = (side: 'debit' | 'credit') => of.reduce((total, row) => total + row[side], 0n);
    return { currency, debit: sum('debit'), credit: sum('credit') };
  });
  return {
    ok: totals.every(({ debit, credit }) => debit === credit),
    accounts: rows.map(({ kind, currency, accounts, debit, credit }) => {
      return { kind, currency, accounts, debit: show(debit, currency), credit: show(credit, currency) };
    }),
    totals: totals.map(({ currency, debit, credit }) => {
      return { currency, debit: show(debit, currency), credit: show(credit, currency) };
    }),
  };
}

/** What a generation cost goes back to its wallet, whole or in part; never more than was paid. */
export async function refundGeneration({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const generation = args.text('generation', "the generation's id, as in x-generation-id");
  const amount = args.optionalUsd('usd', 'how much goes back');
  const reason = args.optionalText('reason', 'why, as one word', 40) ?? 'operator';
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(reason)) {
    throw new Refused('Say why in one word of lower-case letters, digits and "-": the books are never erased.');
  }
  const result = await store.books.refund({ generation, amount, reason, now: now() });
  switch (result.kind) {
    case 'unknown':
      throw new Refused(`There is no settled generation "${generation}" here.`);
    case 'too-much':
      throw new Refused(`Of this generation ${formatUsd(result.left)} USD can go back, and no more.`);
    case 'refunded':
      return {
        generation,
        transfer: result.transfer,
        refunded_usd: formatUsd(result.amount),
        left_usd: formatUsd(result.left),
      };
  }
}

function toAmount(amount: bigint, currency: Currency, exponent: number): string {
  if (currency === 'USD') return formatUsd(amount);
  const digits = (amount < 0n ? -amount : amount).toString().padStart(exponent + 1, '0');
  const point = digits.length - exponent;
  const shown = exponent === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return amount < 0n ? `-${shown}` : shown;
}
