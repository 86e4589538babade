import { paymentBack, paymentCredit } from '#core/ledger/known-transfers.ts';
import type { Nano } from '#core/money/nano.ts';
import type { NewId } from '../new-id.ts';
import type { NewPayment, PaymentEvent, PaymentFact, PaymentRow, PaymentStore } from '../payment-store.ts';
import { raiseWallet } from './allowance-rows.ts';
import { bookTransfers } from './book-transfers.ts';
import { announce } from './change-store.ts';
import { addInvoice, findInvoice, invoiceRows } from './invoice-rows.ts';
import { bookLate, latePayments } from './late-payment.ts';
import { askBack, creditsOfWallet, hasWindow, lowerWallet } from './lower-wallet.ts';
import { findCustomer, lockTopUp, setCustomer, topUpRows } from './payment-customer-rows.ts';
import { amount, text, textOrNull, whole, word } from './read-row.ts';
import { type Database, must, type Row, type Sql } from './sql.ts';
import { findWallets } from './wallet-rows.ts';

const columns = 'id, workspace, kind, provider, session, intent, amount, state, refunded, created_at';
/** An event that is repeated later than this was settled by its object long before. */
const eventMs = 90 * 86_400_000;

export function makePaymentStore(db: Database, newId: NewId): PaymentStore {
  return {
    begin: (payment) => begin(db, payment, newId),
    async name(id, { session, intent }, now) {
      await db.run(
        `update payment set session = coalesce(:session, session), intent = coalesce(:intent, intent), changed_at = :now
         where id = :id`,
        { id, session: session ?? null, intent: intent ?? null, now },
      );
    },
    payment: (id) => findPayment(db, 'id', id),
    paymentOfIntent: (intent) => findPayment(db, 'intent', intent),
    async paymentsOf(workspace, limit) {
      const rows = await db.all(
        `select ${columns} from payment where workspace = :workspace order by created_at desc, id desc limit :limit`,
        { workspace, limit },
      );
      return rows.map(toPayment);
    },
    take: (event, fact, now) => db.transaction((sql) => take(sql, { event, fact, now, newId })),
    invoices: (workspace) => invoiceRows(db, workspace),
    invoice: (number) => findInvoice(db, number),
    customer: (workspace) => findCustomer(db, workspace),
    setCustomer: (row) => setCustomer(db, row),
    topUps: () => topUpRows(db),
    beginTopUp: (ask, decide) => db.transaction((sql) => beginTopUp(sql, { ask, decide, newId })),
    late: () => latePayments(db),
    bookRest: (now) => bookRest(db, now, newId),
  };
}

async function begin(
  sql: Sql,
  { workspace, kind, provider, amount: asked, now }: NewPayment,
  newId: NewId,
): Promise<PaymentRow> {
  const id = newId('pay');
  await sql.run(
    `insert into payment (id, workspace, kind, provider, amount, state, created_at, changed_at)
     values (:id, :workspace, :kind, :provider, :asked, 'open', :now, :now)`,
    { id, workspace, kind, provider, asked, now },
  );
  const names = { session: null, intent: null };
  return { id, workspace, kind, provider, amount: asked, state: 'open', refunded: 0n, createdAt: now, ...names };
}

type TopUpBeginning = {
  readonly ask: Parameters<PaymentStore['beginTopUp']>[0];
  readonly decide: Parameters<PaymentStore['beginTopUp']>[1];
  readonly newId: NewId;
};

async function beginTopUp(sql: Sql, { ask, decide, newId }: TopUpBeginning): ReturnType<PaymentStore['beginTopUp']> {
  const { workspace, since, now } = ask;
  const locked = await lockTopUp(sql, workspace, since);
  if (!locked) return undefined;
  const { state, open, customer, method } = locked;
  const decision = decide(state);
  if (decision === 'wait') return undefined;
  if (decision !== 'again') {
    const payment = { workspace, kind: 'auto', provider: 'stripe', amount: decision.add, now } as const;
    return { ...(await begin(sql, payment, newId)), customer, method };
  }
  await sql.run('update payment set changed_at = :now where id = :id', { id: open ?? '', now });
  const again = await findPayment(sql, 'id', open ?? '');
  return again && { ...again, customer, method };
}

const restsMax = 100;

async function bookRest(db: Database, now: number, newId: NewId): Promise<number> {
  const rows = await db.all(
    `select payment.id from payment
     left join (select payment as of, sum(amount) as owed from dispute where state <> 'won' group by payment) as disputes
       on disputes.of = payment.id
     where payment.state = 'paid'
       and (booked = 0 or refund_booked < refunded or dispute_booked <
       case when coalesce(owed, 0) < amount - refunded then coalesce(owed, 0) else amount - refunded end)
     order by payment.changed_at limit :most`,
    { most: restsMax },
  );
  for (const row of rows) await db.transaction((sql) => catchUp(sql, { id: text(row, 'id'), now, newId }));
  return rows.length;
}

async function findPayment(sql: Sql, by: 'id' | 'intent', name: string): Promise<PaymentRow | undefined> {
  const row = await sql.one(`select ${columns} from payment where ${by} = :name`, { name });
  return row && toPayment(row);
}

type Taking = {
  readonly event: PaymentEvent;
  readonly fact: PaymentFact | undefined;
  readonly now: number;
  readonly newId: NewId;
};

async function take(sql: Sql, { event, fact, now, newId }: Taking): Promise<boolean> {
  await sql.run('delete from payment_event where at < :old', { old: now - eventMs });
  const added = await sql.insert(
    {
      table: 'payment_event',
      columns: ['id', 'kind', 'at'],
      otherwise: 'on conflict (id) do nothing',
      returning: 'id',
    },
    [{ id: event.id, kind: event.kind, at: now }],
  );
  if (added.length === 0) return false;
  if (!fact) return true;
  await keepFact(sql, fact, now);
  await catchUp(sql, { id: fact.payment, now, newId });
  return true;
}

/** Facts only grow: what was paid stays paid, and a total of refunds never falls. */
async function keepFact(sql: Sql, fact: PaymentFact, now: number): Promise<void> {
  const { payment: id } = fact;
  switch (fact.kind) {
    case 'paid': {
      const intent = fact.intent ?? null;
      await sql.run(
        `update payment set state = 'paid', intent = coalesce(intent, :intent), changed_at = :now where id = :id`,
        { id, intent, now },
      );
      return;
    }
    case 'failed':
    case 'expired':
      await sql.run(`update payment set state = :state, changed_at = :now where id = :id and state = 'open'`, {
        ...{ id, now },
        state: fact.kind,
      });
      return;
    case 'refunded':
      await sql.run(
        `update payment set changed_at = :now, refunded = case when :total > amount then amount
           when :total > refunded then :total else refunded end where id = :id`,
        { id, now, total: fact.total },
      );
      return;
    case 'dispute':
      // A dispute that is over does not open again.
      await sql.run(
        `insert into dispute (id, payment, amount, state) values (:dispute, :id, :amount, :state)
         on conflict (id) do update set
           state = case when excluded.state = 'open' then dispute.state else excluded.state end`,
        { id, dispute: fact.dispute, amount: fact.amount, state: fact.state },
      );
  }
}

/** Books what follows from the facts and was not booked yet. The payment's row is the lock. */
async function catchUp(
  sql: Sql,
  { id, now, newId }: { readonly id: string; readonly now: number; readonly newId: NewId },
): Promise<void> {
  const row = await sql.one(
    `select workspace, amount, state, booked, refunded, refund_booked, dispute_booked,
       (select coalesce(sum(dispute.amount), 0) from dispute where dispute.payment = payment.id and dispute.state <> 'won') as disputed
     from payment where id = :id ${sql.forUpdate}`,
    { id },
  );
  // Nothing is taken back of what never came.
  if (!row || word(row, 'state', ['open', 'paid', 'failed', 'expired']) !== 'paid') return;
  const workspace = text(row, 'workspace');
  const wallet = (await findWallets(sql, [workspace])).get(workspace);
  if (wallet === undefined) throw new Error('a payment names no workspace');
  const paid = amount(row, 'amount');
  const isBooked = amount(row, 'booked') > 0n;
  const refunded = amount(row, 'refunded');
  const refund = refunded - amount(row, 'refund_booked');
  const disputed = amount(row, 'disputed');
  // A refund and a dispute of the same money take it once.
  const most = paid - refunded;
  const owed = (disputed < most ? disputed : most) - amount(row, 'dispute_booked');
  // The workspace is deleted, and its wallet with it.
  if (!(await hasWindow(sql, wallet)))
    return await bookLate(sql, { id, workspace, paid, isBooked, refund, disputed: owed, now, newId });
  const booking: Booking = { sql, id, workspace, wallet, now, newId };
  if (!isBooked) await credit(booking, paid);
  // What comes back first: a wallet's credits are never below nothing in between.
  if (owed < 0n) await giveAgain(booking, -owed);
  // What lies in a batch is taken when it comes back (bookRest).
  const credits = await creditsOfWallet(sql, wallet);
  const refundNow = refund < credits ? refund : credits;
  const creditsLeft = credits - refundNow;
  const dispute = owed < creditsLeft ? owed : creditsLeft;
  if (refundNow > 0n) await takeBack(booking, 'refund', refundNow);
  if (dispute > 0n) await takeBack(booking, 'dispute', dispute);
  const changes = await sql.run(
    `update payment set booked = amount, refund_booked = refund_booked + :refundNow,
       dispute_booked = dispute_booked + :dispute
     where id = :id`,
    { id, refundNow, dispute },
  );
  must(changes, 'a payment is gone in its own transaction');
  if (refund > 0n || owed > 0n) await askBack(sql, wallet, now);
  await announce(sql, 'workspace', workspace, now);
}

type Booking = {
  readonly sql: Sql;
  readonly id: string;
  readonly workspace: string;
  readonly wallet: string;
  readonly now: number;
  readonly newId: NewId;
};

async function credit({ sql, id, workspace, wallet, now, newId }: Booking, paid: Nano): Promise<void> {
  const transfer = newId('tr');
  await raiseWallet(sql, wallet, paid);
  await bookTransfers(sql, [{ id: transfer, transfer: paymentCredit(wallet, paid), reference: id }], now);
  await addInvoice(sql, { kind: 'invoice', workspace, payment: id, transfer, amount: paid, at: now });
}

async function takeBack(booking: Booking, kind: 'refund' | 'dispute', back: Nano): Promise<void> {
  const { sql, id, workspace, wallet, now, newId } = booking;
  const transfer = newId('tr');
  await lowerWallet(sql, wallet, back, now);
  await bookTransfers(sql, [{ id: transfer, transfer: paymentBack(kind, wallet, back), reference: id }], now);
  if (kind === 'refund') {
    await addInvoice(sql, { kind: 'credit-note', workspace, payment: id, transfer, amount: back, at: now });
  }
}

/** A dispute that was won. */
async function giveAgain({ sql, id, wallet, now, newId }: Booking, again: Nano): Promise<void> {
  await raiseWallet(sql, wallet, again);
  const transfer = paymentCredit(wallet, again, 'dispute');
  await bookTransfers(sql, [{ id: newId('tr'), transfer, reference: id }], now);
}

function toPayment(row: Row): PaymentRow {
  return {
    id: text(row, 'id'),
    workspace: text(row, 'workspace'),
    kind: word(row, 'kind', ['checkout', 'auto']),
    provider: word(row, 'provider', ['stripe']),
    session: textOrNull(row, 'session'),
    intent: textOrNull(row, 'intent'),
    amount: amount(row, 'amount'),
    state: word(row, 'state', ['open', 'paid', 'failed', 'expired']),
    refunded: amount(row, 'refunded'),
    createdAt: whole(row, 'created_at'),
  };
}
