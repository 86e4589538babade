import { type AccountKind, accountKinds } from '#core/ledger/account.ts';
import { generationRefund } from '#core/ledger/known-transfers.ts';
import { transferKinds } from '#core/ledger/transfer.ts';
import type { BookStore, RefundAsk, RefundResult, SettlementRow, StatementAsk, StatementRow } from '../book-store.ts';
import type { NewId } from '../new-id.ts';
import { raiseWallet } from './allowance-rows.ts';
import { bookTransfers } from './book-transfers.ts';
import { announce } from './change-store.ts';
import { marginsOf } from './margin-rows.ts';
import { amount, text, textOrNull, whole, word } from './read-row.ts';
import { billedBy, costsOf, keepBill, keepReconciliation, lastReconciliation, unresolved } from './reconcile-rows.ts';
import type { Database, Sql } from './sql.ts';
import { workspaceOfWallet } from './wallet-rows.ts';

export function makeBookStore(db: Database, newId: NewId): BookStore {
  return {
    accounts: (kind) => accountRows(db, kind),
    statement: (ask) => db.snapshot((sql) => statement(sql, ask)),
    trialBalance: () => db.snapshot(trialBalance),
    settlement: (generation) => findSettlement(db, generation),
    refund: (ask) => db.transaction((sql) => refund(sql, ask, newId)),
    unresolved: () => unresolved(db),
    keepReconciliation: (kept) => keepReconciliation(db, kept),
    lastReconciliation: () => lastReconciliation(db),
    margins: (span) => marginsOf(db, span),
    keepBill: (bill) => db.transaction((sql) => keepBill(sql, bill)),
    billed: (span) => billedBy(db, span),
    costs: (span) => costsOf(db, span),
  };
}

async function accountRows(sql: Sql, kind: AccountKind | undefined) {
  const rows = await sql.all(
    `select id, kind, currency, exponent, balance from account where :kind = '' or kind = :kind order by id`,
    { kind: kind ?? '' },
  );
  return rows.map((row) => ({
    id: text(row, 'id'),
    kind: word(row, 'kind', accountKinds),
    currency: text(row, 'currency'),
    exponent: whole(row, 'exponent'),
    balance: amount(row, 'balance'),
  }));
}

async function statement(sql: Sql, ask: StatementAsk): Promise<readonly StatementRow[] | undefined> {
  const { account, from, until, limit } = ask;
  if (!(await sql.one('select id from account where id = :account', { account }))) return undefined;
  const rows = await sql.all(
    `select entry.sequence, transfer.at, entry.transfer, transfer.kind, transfer.reference, entry.amount,
       entry.balance_after
     from entry join transfer on transfer.id = entry.transfer
     where entry.account = :account and entry.sequence < :before and transfer.at >= :from and transfer.at < :until
     order by entry.sequence desc limit :limit`,
    { account, from, until, limit, before: ask.before ?? Number.MAX_SAFE_INTEGER },
  );
  return rows.map((row) => ({
    sequence: whole(row, 'sequence'),
    at: whole(row, 'at'),
    transfer: text(row, 'transfer'),
    kind: word(row, 'kind', transferKinds),
    reference: textOrNull(row, 'reference'),
    amount: amount(row, 'amount'),
    balanceAfter: amount(row, 'balance_after'),
  }));
}

async function trialBalance(sql: Sql) {
  const rows = await sql.all(
    `select kind, currency, count(*) as accounts,
       coalesce(sum(case when balance < 0 then -balance end), 0) as debit,
       coalesce(sum(case when balance > 0 then balance end), 0) as credit
     from account group by kind, currency order by currency, kind`,
  );
  return rows.map((row) => ({
    kind: word(row, 'kind', accountKinds),
    currency: text(row, 'currency'),
    accounts: whole(row, 'accounts'),
    debit: amount(row, 'debit'),
    credit: amount(row, 'credit'),
  }));
}

async function findSettlement(sql: Sql, generation: string): Promise<SettlementRow | undefined> {
  const row = await sql.one(
    `select generation, wallet, charge, payable, cost, payee, transfer, state,
       (select coalesce(sum(amount), 0) from refund where refund.generation = settlement.generation) as refunded
     from settlement where generation = :generation`,
    { generation },
  );
  if (!row) return undefined;
  return {
    generation: text(row, 'generation'),
    wallet: textOrNull(row, 'wallet'),
    charge: amount(row, 'charge'),
    payable: amount(row, 'payable'),
    cost: amount(row, 'cost'),
    payee: textOrNull(row, 'payee'),
    transfer: textOrNull(row, 'transfer'),
    refunded: amount(row, 'refunded'),
    state: word(row, 'state', ['settled', 'released']),
  };
}

/** Never more than was paid: the row of the wallet's window is the lock, and the store itself refuses the rest. */
async function refund(sql: Sql, ask: RefundAsk, newId: NewId): Promise<RefundResult> {
  const { generation, reason, now } = ask;
  const found = await findSettlement(sql, generation);
  if (!found) return { kind: 'unknown' };
  const { wallet } = found;
  const left = found.payable - found.refunded;
  const back = ask.amount ?? left;
  if (wallet === null || back <= 0n || back > left) return { kind: 'too-much', left };
  const transfer = newId('tr');
  await sql.run(
    'insert into refund (transfer, generation, amount, reason, at) values (:transfer, :generation, :back, :reason, :now)',
    { transfer, generation, back, reason, now },
  );
  await raiseWallet(sql, wallet, back);
  const booked = { id: transfer, transfer: generationRefund(wallet, back), reference: generation };
  await bookTransfers(sql, [booked], now);
  await announce(sql, 'workspace', await workspaceOfWallet(sql, wallet), now);
  return { kind: 'refunded', transfer, amount: back, left: left - back };
}
