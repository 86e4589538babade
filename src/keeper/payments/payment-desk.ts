import { type StripeOptions, StripePayments } from '#outgoing/payments/stripe-payments.ts';

/** How customers pay, as the configuration says. */
export type PaymentOptions = {
  readonly stripe: StripeOptions;
  readonly minCents: number;
  readonly maxCents: number;
  /** Where people come back to. */
  readonly returnUrl: string | undefined;
  /** The head of invoices. */
  readonly issuer: readonly string[];
};

export type PaymentDesk = Omit<PaymentOptions, 'stripe'> & { readonly stripe: StripePayments };

export function openPaymentDesk({ stripe, ...options }: PaymentOptions): PaymentDesk {
  return { ...options, stripe: new StripePayments(stripe) };
}

export const nanoPerCent = 10_000_000n;
