// A stand-in for Stripe: takes what the official SDK sends, and says what happened with Stripe's own signatures.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Cleanup } from './running-fairlead.ts';

export const webhookSecret = 'whsec_0123456789abcdef0123456789abcdef';

export type Asked = { readonly path: string; readonly fields: URLSearchParams; readonly name: string | undefined };

export type StripeDouble = {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** The next payment without its owner is refused by its card. */
  refuseCards: boolean;
};

export async function startStripe(cleanup: Cleanup): Promise<StripeDouble> {
  const asked: Asked[] = [];
  const double = { url: '', asked, refuseCards: false };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const path = request.url ?? '';
    const name = request.headers['idempotency-key'];
    const fields = new URLSearchParams(body);
    asked.push({ path, fields, name: typeof name === 'string' ? name : undefined });
    const n = asked.length;
    const say = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (path === '/v1/checkout/sessions') {
      return say(200, { id: `cs_${n}`, object: 'checkout.session', url: `https://checkout.example/${n}` });
    }
    if (path === '/v1/payment_intents' && double.refuseCards) {
      return say(402, { error: { type: 'card_error', code: 'card_declined', message: 'no' } });
    }
    if (path === '/v1/payment_intents')
      return say(200, { id: `pi_auto_${n}`, object: 'payment_intent', status: 'succeeded' });
    if (path === '/v1/refunds') return say(200, { id: `re_${n}`, object: 'refund' });
    return say(404, { error: { type: 'invalid_request_error', message: 'unknown' } });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.after(() => new Promise((resolve) => server.close(resolve)));
  server.unref();
  double.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return double;
}

let events = 0;

export function eventOf(type: string, object: object, id = `evt_${++events}`) {
  return JSON.stringify({ id, object: 'event', type, livemode: false, data: { object } });
}

/** As Stripe signs: the instant, a point, and the very bytes. */
export function sign(body: string, { secret = webhookSecret, at = Date.now() } = {}): string {
  const seconds = Math.floor(at / 1_000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
