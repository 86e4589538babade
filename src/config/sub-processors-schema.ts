import { z } from 'zod';
import { transferBases } from '#core/routing/data-handling.ts';
import { section, text } from './schema-kinds.ts';

const entry = section({
  contract: text('What contract there is, such as "Data processing addendum, version 3".').optional(),
  date: z
    .string({ error: 'must be a date such as 2026-11-01' })
    .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'must be a date such as 2026-11-01')
    .describe('The day from which it holds.')
    .optional(),
  link: z
    .url({ protocol: /^https$/, error: 'must be an address such as https://example.com/dpa' })
    .describe('Where it can be read.')
    .optional(),
  basis: z
    .enum(transferBases, { error: `must be one of ${transferBases.join(', ')}` })
    .describe('On which ground data may go there from the European Economic Area.')
    .optional(),
  who: text('Of whom no other setting names: who it is, such as "Example Hosting GmbH".').optional(),
  role: text('What it does, such as "runs the machines".').optional(),
  receives: text('What it gets.').optional(),
  region: text('Where it is.').optional(),
});

/** `sub_processors`: contracts with whoever gets data, by the names of upstreams, `stripe`, `mail`, or names of their own. */
export const subProcessors = z
  .record(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/), entry, { error: 'must be a section with one entry for each' })
  .refine((entries) => Object.keys(entries).length <= 200, { error: 'must name 200 or fewer' });
