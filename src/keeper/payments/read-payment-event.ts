import type { PaymentFact } from '#store/payment-store.ts';
import { nanoPerCent } from './payment-desk.ts';

/** What an event of Stripe says of a payment of ours; `of`: by our own id, or by Stripe's name of the intent. */
export type ToldPayment = {
  readonly of: { readonly payment: string } | { readonly intent: string };
  /** Of what was paid, in cents of US dollars: another sum or currency is not ours to credit. */
  readonly paidCents: number | undefined;
  readonly customer: string | undefined;
  readonly method: string | undefined;
  toFact(payment: string): PaymentFact;
};

type Fields = Readonly<Record<string, unknown>>;

/** Undefined: it is about nothing of ours. Stripe adds fields and kinds at will, so nothing is taken for granted. */
export function readPaymentEvent(kind: string, object: unknown): ToldPayment | undefined {
  const fields = fieldsOf(object);
  switch (kind) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
      return text(fields, 'payment_status') === 'paid' ? ofSession(fields, 'paid') : undefined;
    case 'checkout.session.expired':
      return ofSession(fields, 'expired');
    case 'checkout.session.async_payment_failed':
      return ofSession(fields, 'failed');
    case 'payment_intent.succeeded':
      return ofIntent(fields, 'paid');
    case 'payment_intent.payment_failed':
      return text(fieldsOf(fields.metadata), 'fairlead_payment') === undefined ? undefined : ofIntent(fields, 'failed');
    case 'charge.refunded':
      return ofCharge(fields);
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.closed':
      return ofDispute(fields);
    default:
      return undefined;
  }
}

function ofSession(session: Fields, state: 'paid' | 'failed' | 'expired'): ToldPayment | undefined {
  const payment = text(fieldsOf(session.metadata), 'fairlead_payment');
  if (payment === undefined) return undefined;
  const intent = idOf(session.payment_intent);
  return {
    of: { payment },
    paidCents: usdCents(session, 'amount_total'),
    customer: idOf(session.customer),
    method: undefined,
    toFact: (id) => (state === 'paid' ? { kind: 'paid', payment: id, intent } : { kind: state, payment: id }),
  };
}

function ofIntent(intent: Fields, state: 'paid' | 'failed'): ToldPayment | undefined {
  const payment = text(fieldsOf(intent.metadata), 'fairlead_payment');
  const id = text(intent, 'id');
  if (payment === undefined || id === undefined) return undefined;
  return {
    of: { payment },
    paidCents: usdCents(intent, 'amount_received'),
    customer: idOf(intent.customer),
    // Only a card that may be used again is worth remembering.
    method: text(intent, 'setup_future_usage') === 'off_session' ? idOf(intent.payment_method) : undefined,
    toFact: (known) => {
      return state === 'paid' ? { kind: 'paid', payment: known, intent: id } : { kind: 'failed', payment: known };
    },
  };
}

/** The total of all refunds of a charge: events that come in another order say the larger one at last. */
function ofCharge(charge: Fields): ToldPayment | undefined {
  const cents = usdCents(charge, 'amount_refunded');
  const of = ownerOf(charge);
  if (cents === undefined || !of) return undefined;
  const total = BigInt(cents) * nanoPerCent;
  return { ...nothingPaid, of, toFact: (payment) => ({ kind: 'refunded', payment, total }) };
}

function ofDispute(dispute: Fields): ToldPayment | undefined {
  const [id, status] = [text(dispute, 'id'), text(dispute, 'status')];
  const cents = usdCents(dispute, 'amount');
  const of = ownerOf(dispute);
  // A warning takes no money yet.
  if (id === undefined || cents === undefined || !of || status === undefined || status.startsWith('warning')) {
    return undefined;
  }
  const state = status === 'won' ? 'won' : status === 'lost' ? 'lost' : 'open';
  const amount = BigInt(cents) * nanoPerCent;
  return { ...nothingPaid, of, toFact: (payment) => ({ kind: 'dispute', payment, dispute: id, amount, state }) };
}

const nothingPaid = { paidCents: undefined, customer: undefined, method: undefined };

function ownerOf(object: Fields): ToldPayment['of'] | undefined {
  const payment = text(fieldsOf(object.metadata), 'fairlead_payment');
  if (payment !== undefined) return { payment };
  const intent = idOf(object.payment_intent);
  return intent === undefined ? undefined : { intent };
}

function usdCents(object: Fields, name: string): number | undefined {
  const cents = object[name];
  const isUsd = text(object, 'currency')?.toLowerCase() === 'usd';
  return isUsd && typeof cents === 'number' && Number.isSafeInteger(cents) && cents >= 0 ? cents : undefined;
}

/** An object that was expanded has its id inside. */
function idOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : text(fieldsOf(value), 'id');
}

function text(object: Fields, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' && value !== '' && value.length <= 255 ? value : undefined;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
