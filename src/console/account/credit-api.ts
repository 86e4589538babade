import { Buffer } from 'node:buffer';
import type { CommandOutcome, RunCommand } from '../command-link.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';
import type { AccountCaller } from './find-caller.ts';

type Fields = Readonly<Record<string, unknown>>;

/** How a workspace gets credit: payments, codes, and what was invoiced. All for management keys. */
export class CreditApi {
  readonly #command: RunCommand;

  constructor(command: RunCommand) {
    this.#command = command;
  }

  /** `amount` in US dollars, as OpenRouter's charges have it. */
  async checkout({ workspace }: AccountCaller, { amount, keep_card }: Fields): Promise<AccountAnswer> {
    return answer(201, await this.#command('checkout-create', { workspace, usd: amount, keep_card }));
  }

  async redeem({ workspace }: AccountCaller, { code }: Fields): Promise<AccountAnswer> {
    return answer(200, await this.#command('redeem-use', { workspace, code }));
  }

  async payments({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return answer(200, await this.#command('payment-list', { workspace }));
  }

  async promos({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return answer(200, await this.#command('promo-list', { workspace }));
  }

  async invoices({ workspace }: AccountCaller): Promise<AccountAnswer> {
    return answer(200, await this.#command('invoice-list', { workspace }));
  }

  /** Its bytes, or why not. */
  async invoicePage({ workspace }: AccountCaller, number: string): Promise<AccountAnswer | Uint8Array<ArrayBuffer>> {
    const outcome = await this.#command('invoice-show', { number, within: workspace });
    if ('refused' in outcome) return refusal(404, outcome.refused);
    // The keeper's command gives this.
    const { pdf } = outcome.value as { readonly pdf: string };
    return new Uint8Array(Buffer.from(pdf, 'base64'));
  }

  /** What Stripe says. Anything that is not to be said again is answered with 200. */
  async stripeEvent(body: string, signature: string): Promise<AccountAnswer> {
    const outcome = await this.#command('payment-event', { body, signature });
    if ('refused' in outcome) return refusal(503, 'This event cannot be taken just now.');
    const { outcome: became } = outcome.value as { readonly outcome: string };
    if (became === 'forged') return refusal(400, 'This is not signed as it must be.');
    // The provider tells its account's owner of deliveries that fail: money came that a person must look at.
    if (became === 'mismatch') return refusal(409, 'This payment is of another sum than was asked for.');
    return { status: 200, body: { received: true } };
  }
}

function answer(status: number, outcome: CommandOutcome): AccountAnswer {
  if ('refused' in outcome) return refusal(400, outcome.refused);
  // The keeper's commands give objects and lists.
  return { status, body: { data: outcome.value as object } };
}
