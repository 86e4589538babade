import { Buffer } from 'node:buffer';
import { invoicePdf } from '#core/ledger/invoice-pdf.ts';
import { formatUsd } from '#core/money/nano.ts';
import type { InvoiceRow, PaymentRow } from '#store/payment-store.ts';
import { nanoPerCent, type PaymentDesk } from '../payments/payment-desk.ts';
import { takePaymentEvent } from '../payments/take-payment-event.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';

const eventCharactersMax = 262_144;
const paymentsMax = 100;

/** An address at Stripe where a customer pays for credit, by card or what else Stripe offers there. */
export async function createCheckout(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const desk = deskOf(context);
  const workspace = await findWorkspace(context, args);
  const cents = centsOf(args, desk);
  if (desk.returnUrl === undefined) throw new Refused('People come back to FAIRLEAD_PUBLIC_URL: set it first.');
  const keepsCard = args.optionalFlag('keep_card', 'whether the card is kept for top-ups') === true;
  const { payments } = context.store;
  const amount = BigInt(cents) * nanoPerCent;
  const now = context.now();
  const { id } = await payments.begin({ workspace: workspace.id, kind: 'checkout', provider: 'stripe', amount, now });
  const customer = (await payments.customer(workspace.id))?.customer;
  const made = await desk.stripe
    .checkout({ payment: id, cents, returnUrl: desk.returnUrl, customer, keepsCard })
    .catch(() => {
      throw new Refused('The payment provider does not answer, or refused. Try again shortly.');
    });
  await payments.name(id, { session: made.session }, context.now());
  return { id, url: made.url, amount_usd: formatUsd(amount) };
}

/** What Stripe says, in its own bytes. Anything but `forged` is answered with 200: it would only be said again. */
export async function takeEvent(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const body = args.body('body', 'the event', eventCharactersMax);
  const signature = args.text('signature', 'its signature', 2_000);
  const outcome = await takePaymentEvent(context.store, deskOf(context), { body, signature, now: context.now() });
  return { outcome };
}

/** When credit is paid for by itself, and whether a card was kept for that. */
export async function showTopUp(context: CommandContext, given: unknown) {
  const { id } = await findWorkspace(context, new Arguments(given));
  const { topup = 'off' } = await context.store.accounts.ownerSettings(id);
  const [below, add, month] = (/^below:(\d+),add:(\d+),month:(\d+)$/.exec(topup) ?? []).slice(1).map(Number);
  const customer = await context.store.payments.customer(id);
  return {
    is_on: topup !== 'off',
    ...{ below: below ?? null, add: add ?? null, month: month ?? null },
    has_card: typeof customer?.method === 'string',
    can_pay: context.payments !== undefined,
  };
}

export async function listPayments(context: CommandContext, given: unknown) {
  const { id } = await findWorkspace(context, new Arguments(given));
  return (await context.store.payments.paymentsOf(id, paymentsMax)).map(toPaymentJson);
}

/** Those that were told when their workspace was deleted, with what is still to go back: it lies in clearing:manual. */
export async function listLatePayments({ store }: CommandContext) {
  return (await store.payments.late()).map(({ id, workspace, amount, owed, at }) => ({
    ...{ id, workspace, amount_usd: formatUsd(amount), owed_usd: formatUsd(owed), at: new Date(at).toISOString() },
  }));
}

/** Over the provider, to the card that it came from. The wallet loses it when the provider says that it went back. */
export async function refundPayment(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const desk = deskOf(context);
  const row = await context.store.payments.payment(args.text('payment', "the payment's id"));
  if (!row || row.intent === null || row.state !== 'paid') throw new Refused('There is no such payment that was paid.');
  const left = row.amount - row.refunded;
  const amount = args.optionalUsd('usd', 'how much goes back') ?? left;
  if (amount <= 0n || amount > left || amount % nanoPerCent !== 0n) {
    throw new Refused(`Of this payment ${formatUsd(left)} USD can go back, in whole cents.`);
  }
  const cents = Number(amount / nanoPerCent);
  // Asked for twice, it goes back once: the name says from where to where the total goes.
  const name = `refund-${row.id}-${row.refunded}-${cents}`;
  const { refund } = await desk.stripe.refund({ intent: row.intent, cents, name }).catch(() => {
    throw new Refused('The payment provider does not answer, or refused. Try again shortly.');
  });
  return { payment: row.id, refund, amount_usd: formatUsd(amount) };
}

export async function listInvoices(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const isOne = args.optionalText('workspace', 'which workspace, by id or name') !== undefined;
  const id = isOne ? (await findWorkspace(context, args)).id : undefined;
  return (await context.store.payments.invoices(id)).map(toInvoiceJson);
}

/** One of them, with its page. `within`: the workspace that it must be of. */
export async function showInvoice(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const number = args.optionalCount('number', "the invoice's number") ?? 0;
  const within = args.optionalText('within', 'the workspace that it is of');
  const row = await context.store.payments.invoice(number);
  if (!row || (within !== undefined && row.workspace !== within)) throw new Refused(`There is no invoice ${number}.`);
  const owner = await context.store.accounts.workspace(row.workspace);
  const isCredit = row.kind === 'credit-note';
  const pdf = invoicePdf({
    number: String(row.number),
    title: isCredit ? 'Credit note' : 'Invoice',
    date: new Date(row.at).toISOString().slice(0, 10),
    issuer: context.payments?.issuer ?? [],
    customer: [owner?.name ?? '', row.workspace],
    line: isCredit ? 'Prepaid API credit, returned' : 'Prepaid API credit',
    amount: `${isCredit ? '-' : ''}${formatUsd(row.amount).slice(0, -7)}`,
    notes: [`Payment ${row.payment}`, 'Paid. Amounts are in US dollars.'],
  });
  return { ...toInvoiceJson(row), pdf: Buffer.from(pdf, 'latin1').toString('base64') };
}

function deskOf({ payments }: CommandContext): PaymentDesk {
  if (!payments) throw new Refused('Nobody can pay here: the configuration names no payment provider ("payments").');
  return payments;
}

function centsOf(args: Arguments, { minCents, maxCents }: PaymentDesk): number {
  const amount = args.optionalUsd('usd', 'how much to pay');
  const cents = amount === undefined || amount % nanoPerCent !== 0n ? undefined : Number(amount / nanoPerCent);
  if (cents === undefined || cents < minCents || cents > maxCents) {
    const [least, most] = [minCents, maxCents].map((each) => formatUsd(BigInt(each) * nanoPerCent).slice(0, -7));
    throw new Refused(`Say how much to pay, from ${least} to ${most} US dollars, in whole cents.`);
  }
  return cents;
}

function toPaymentJson({ id, workspace, kind, state, amount, refunded, createdAt }: PaymentRow) {
  return {
    ...{ id, workspace, kind, state },
    amount_usd: formatUsd(amount),
    refunded_usd: formatUsd(refunded),
    created_at: new Date(createdAt).toISOString(),
  };
}

function toInvoiceJson({ number, kind, workspace, payment, amount, at }: InvoiceRow) {
  return { number, kind, workspace, payment, amount_usd: formatUsd(amount), at: new Date(at).toISOString() };
}
