import type { Store } from '#store/store.ts';
import { nanoPerCent, type PaymentDesk } from './payment-desk.ts';
import { readPaymentEvent } from './read-payment-event.ts';

export type EventOutcome = 'taken' | 'seen' | 'ignored' | 'mismatch' | 'forged';

/** Takes one event, at most once. Only what Stripe signed, in our own mode, of a payment of ours, of its own sum, counts. */
export async function takePaymentEvent(
  { payments }: Pick<Store, 'payments'>,
  { stripe }: Pick<PaymentDesk, 'stripe'>,
  { body, signature, now }: { readonly body: string; readonly signature: string; readonly now: number },
): Promise<EventOutcome> {
  const event = await stripe.readEvent(body, signature, now);
  if (!event || typeof event.id !== 'string' || typeof event.type !== 'string') return 'forged';
  if (event.livemode !== stripe.isLive) return 'ignored';
  const told = readPaymentEvent(event.type, event.data?.object);
  if (!told) return 'ignored';
  const row =
    'payment' in told.of ? await payments.payment(told.of.payment) : await payments.paymentOfIntent(told.of.intent);
  if (!row) return 'ignored';
  const fact = told.toFact(row.id);
  const isItsSum = told.paidCents !== undefined && BigInt(told.paidCents) * nanoPerCent === row.amount;
  if (fact.kind === 'paid' && !isItsSum) return 'mismatch';
  const isNew = await payments.take({ id: event.id, kind: event.type }, fact, now);
  if (isNew && fact.kind === 'paid' && told.customer !== undefined) {
    await payments.setCustomer({
      workspace: row.workspace,
      customer: told.customer,
      method: told.method ?? null,
      now,
    });
  }
  return isNew ? 'taken' : 'seen';
}
