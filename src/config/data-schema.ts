import { z } from 'zod';
import { transferBases } from '#core/routing/data-handling.ts';
import { headerText, section, text, whole } from './schema-kinds.ts';

/** What an upstream does with data, as its operator says it. */
export const dataSchema = section({
  retention_days: z
    .union([whole(0, 36_500), z.literal('unknown')], { error: 'must be a whole number of days, or unknown' })
    .describe('Days for which the upstream keeps what it was sent, or `unknown`.')
    .optional(),
  trains: z
    .union([z.boolean(), z.literal('unknown')], { error: 'must be true, false or unknown' })
    .describe('Whether the upstream trains on what it was sent, or `unknown`.')
    .optional(),
  human_review: z
    .union([z.boolean(), z.literal('unknown')], { error: 'must be true, false or unknown' })
    .describe('Whether people there may read what was sent, or `unknown`.')
    .optional(),
  storage_region: headerText("Where it is kept; the upstream's `region` when left out.").optional(),
  transfer_basis: z
    .enum(transferBases, { error: `must be one of ${transferBases.join(', ')}` })
    .describe('On which ground data may go there from the European Economic Area.')
    .optional(),
  source: text('Where that is written down, usually an address.').optional(),
  checked: z
    .string({ error: 'must be a date such as 2026-11-01' })
    .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'must be a date such as 2026-11-01')
    .describe('The day on which somebody read the source.')
    .optional(),
  terms: text('The address of its terms.').optional(),
  opt_out: text('The address where one opts out of what can be opted out of.').optional(),
});
