// Card payments at Stripe. Card data never comes here: customers type it at Stripe's own pages.
import type Stripe from 'stripe';

export type StripeOptions = {
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** Another address than Stripe's, for tests. */
  readonly apiBase?: string | undefined;
};

export type CheckoutAsk = {
  /** Our own id: it comes back with every event. */
  readonly payment: string;
  readonly cents: number;
  readonly returnUrl: string;
  readonly customer: string | undefined;
  /** The card is kept at Stripe for top-ups without their owner. */
  readonly keepsCard: boolean;
};

export type CheckoutMade = { readonly session: string; readonly url: string };

/** A payment without its owner, by a card that Stripe keeps. */
export type ChargeAsk = {
  readonly payment: string;
  readonly cents: number;
  readonly customer: string;
  readonly method: string;
};

export type StripeEvent = Stripe.Event;

const toleranceSeconds = 300;
/** Of one try; with its repetition it is well within the minute for which a job is led. */
const deadlineMs = 12_000;

/** The SDK is 39 MB: it is loaded with the first payment, and not before. */
export class StripePayments {
  readonly #options: StripeOptions;
  #loading: Promise<Stripe> | undefined;

  constructor(options: StripeOptions) {
    this.#options = options;
  }

  async checkout({ payment, cents, returnUrl, customer, keepsCard }: CheckoutAsk): Promise<CheckoutMade> {
    const stripe = await this.#open();
    const metadata = { fairlead_payment: payment };
    const session = await stripe.checkout.sessions.create(
      {
        mode: 'payment',
        client_reference_id: payment,
        line_items: [
          { quantity: 1, price_data: { currency: 'usd', unit_amount: cents, product_data: { name: 'AI API credit' } } },
        ],
        success_url: `${returnUrl}?payment=${payment}`,
        cancel_url: returnUrl,
        metadata,
        payment_intent_data: { metadata, ...(keepsCard ? { setup_future_usage: 'off_session' as const } : {}) },
        ...(customer === undefined ? { customer_creation: 'always' as const } : { customer }),
      },
      { idempotencyKey: `checkout-${payment}` },
    );
    if (session.url === null) throw new Error('a checkout has an address');
    return { session: session.id, url: session.url };
  }

  /** What it became of it; events say the same, and count. */
  async charge({ payment, cents, customer, method }: ChargeAsk): Promise<{ intent: string; isPaid: boolean }> {
    const stripe = await this.#open();
    const intent = await stripe.paymentIntents.create(
      {
        amount: cents,
        currency: 'usd',
        customer,
        payment_method: method,
        off_session: true,
        confirm: true,
        metadata: { fairlead_payment: payment },
      },
      { idempotencyKey: `charge-${payment}` },
    );
    return { intent: intent.id, isPaid: intent.status === 'succeeded' };
  }

  /** Gives back a part of a payment to the card that it came from. What is booked follows from the event. */
  async refund({ intent, cents, name }: { readonly intent: string; readonly cents: number; readonly name: string }) {
    const stripe = await this.#open();
    const refund = await stripe.refunds.create({ payment_intent: intent, amount: cents }, { idempotencyKey: name });
    return { refund: refund.id };
  }

  /** What Stripe keeps of a customer goes, but for what its own duties want; one that is gone already is no trouble. */
  async forgetCustomer(customer: string): Promise<void> {
    const stripe = await this.#open();
    await stripe.customers.del(customer).catch((thrown: unknown) => {
      const isGone = thrown instanceof Error && 'statusCode' in thrown && thrown.statusCode === 404;
      if (!isGone) throw thrown;
    });
  }

  /** The event, when Stripe signed exactly these bytes within the last five minutes; else undefined. */
  async readEvent(body: string, signature: string, nowMs: number): Promise<StripeEvent | undefined> {
    const stripe = await this.#open();
    try {
      return await stripe.webhooks.constructEventAsync(
        body,
        signature,
        this.#options.webhookSecret,
        toleranceSeconds,
        undefined,
        nowMs,
      );
    } catch {
      // Whatever was wrong with it, nobody is told what: it may be guessing.
      return undefined;
    }
  }

  /** Events of test mode are none of live mode. */
  get isLive(): boolean {
    return /^(sk|rk)_live_/.test(this.#options.secretKey);
  }

  #open(): Promise<Stripe> {
    this.#loading ??= load(this.#options).catch((thrown) => {
      this.#loading = undefined;
      throw thrown;
    });
    return this.#loading;
  }
}

async function load({ secretKey, apiBase }: StripeOptions): Promise<Stripe> {
  const { default: Client } = await import('stripe');
  const at = new URL(apiBase ?? 'https://api.stripe.com');
  const isPlain = at.protocol === 'http:';
  return new Client(secretKey, {
    host: at.hostname,
    port: at.port === '' ? (isPlain ? 80 : 443) : at.port,
    protocol: isPlain ? 'http' : 'https',
    telemetry: false,
    timeout: deadlineMs,
    maxNetworkRetries: 1,
    httpClient: Client.createFetchHttpClient(onlyTo(at.origin)),
  });
}

/** What the SDK opens goes to the one address that the operator named, and follows no redirect. */
function onlyTo(origin: string): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== origin) throw new Error('payments go to one address');
    return await fetch(input, { ...init, redirect: 'error' });
  };
}
