import type { PaymentsConfig } from './config.ts';
import { type ConfigSource, problemAt } from './config-source.ts';
import type { FileSettings } from './file-schema.ts';

type Written = NonNullable<FileSettings['payments']>;

const centsPerUsd = 100;

/** Undefined where no provider is named: then nobody can pay. */
export function toPayments(written: Written, source: ConfigSource): PaymentsConfig | undefined {
  const { stripe, min_usd: least = 5, max_usd: most = 1_000, issuer = '' } = written;
  if (least > most) throw problemAt(source, ['payments', 'min_usd'], 'is more than payments.max_usd.');
  if (!stripe) return undefined;
  if (stripe.api_base !== undefined && !URL.canParse(stripe.api_base)) {
    throw problemAt(source, ['payments', 'stripe', 'api_base'], 'must be an address such as http://127.0.0.1:12111.');
  }
  return {
    stripe: { secretKey: stripe.secret_key, webhookSecret: stripe.webhook_secret, apiBase: stripe.api_base },
    minCents: least * centsPerUsd,
    maxCents: most * centsPerUsd,
    issuer: issuer
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  };
}
